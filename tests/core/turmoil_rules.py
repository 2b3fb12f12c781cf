"""The rules of a turmoil: between them they use most words of the language, and listen to each other."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

HOLDS = ("1s", "5s", "12s")
PAUSES = ("2s", "9s", "30s")
OVERLAPS = ("skip", "restart", "queue")

MEMORY = """
  - id: memory
    while: memory_pct > 80
    for: <hold>
    until: memory_pct < 50
    cooldown: <pause>
    overlap: <overlap>
    breaker: {max: 2, within: 2m, reset: <pause>, then: [{wait: 3s}, {notify: ops, text: tripped}]}
    do:
      - {countdown: 5s, at: [5s, 2s, 1s], say: soon, else: [{say: {next: [not now, nor later]}}]}
      - {power: restart, within: 20s, else: [{notify: ops, text: not up}]}
    on_clear: [{wait: 3s}, {notify: ops, text: over}]
    escalate:
      - after: 5s
        every: 1m
        unless: acked
        do: [{send: higher}, {wait: 10s}, {notify: ops, text: higher}]
"""

ERRORS = """
  - id: errors
    when: {console: '^error'}
    overlap: <overlap>
    backoff: [<hold>, 5s]
    breaker: {max: 3, within: 1m, then: [{send: tripped}]}
    do:
      - {send: [one, two]}
      - {wait: <hold>}
      - {save: 5s, else: [{send: not saved}]}
    on_clear: [{send: over}]
"""

JOINS = """
  - id: joins
    when: {event: player.join}
    by: [it.player]
    count: 2
    within: 20s
    until: <pause>
    overlap: <overlap>
    do: [{say: hi}, {mute: 5s}, {notify: ops, text: joined}]
"""

NODE = """
  - id: node
    by: node
    while: count(memory_pct > 80) >= 2
    for: <hold>
    mutes: {rules: ["*"], actions: [notify, power]}
    do: [{notify: ops, text: node}]
    on_clear: [{notify: ops, text: node over}]
"""

FLEET = """
  - id: fleet
    by: fleet
    when: {event: [player.join, crash]}
    until: <pause>
    mutes: {rules: [memory, errors], actions: [power]}
    do: [{wait: <hold>}, {notify: ops, text: fleet}]
"""

FOLLOWS = """
  - id: follows
    when: {rule: node, is: open}
    overlap: <overlap>
    if: memory_pct > 10
    do:
      - {power: stop}
      - {wait: {event: ready}, within: 10s, else: []}
      - {power: start, override: operator}
"""

PROBES = """
  - id: probes
    while: firing("node")
    do: [{probe: 5s, else: [{power: restart}]}]
"""

UNLESS = """
  - id: unless
    when: {console: '^error'}
    unless: {console: '^calm'}
    within: <hold>
    until: {console: '^enough'}
    overlap: <overlap>
    do:
      - {if: memory_pct > 50, do: [{send: much}], else: [end]}
      - {send: little}
"""

NIGHTLY = """
  - id: nightly
    when: {schedule: "* * * * *", tz: UTC, jitter: 20s}
    overlap: <overlap>
    do: [{backup: nightly, within: 20s, else: []}, {notify: ops, text: saved}]
"""

EMPTY = """
  - id: empty
    while: players == 0
    for: <hold>
    do: [{http: status, optional: true}, {wait: 3s}, {notify: ops, text: "empty ${result.status}"}]
"""

BY_NODE_AND_PLAYER = """
  - id: parties
    by: [node, it.player]
    when: {event: player.join}
    unless: {event: [crash, ready]}
    within: <hold>
    until: <pause>
    overlap: <overlap>
    mutes: {rules: [joins, errors], actions: [notify]}
    do: [{wait: 2s}, {notify: ops, text: "party of ${it.player}"}]
    on_clear: [{notify: ops, text: party over}]
"""

LISTENS = """
  - id: listens
    when:
      any:
        - {rule: memory, is: tripped}
        - {rule: memory, is: failed}
        - {rule: errors, is: cleared}
        - {state: running -> offline}
    cooldown: <pause>
    overlap: <overlap>
    until: {rule: node, is: cleared}
    do:
      - {wait: not firing("node") and connected, within: <pause>}
      - {send: "list", else: [{notify: ops, text: "${result.reason}"}]}
    escalate:
      - {after: <hold>, do: [{mute: <pause>}, {notify: ops, text: listens}]}
      - {after: 20s, do: [{power: kill}]}
    on_clear: [{send: listens over}]
"""

LATELY = """
  - id: lately
    while: avg(memory_pct, 20s) > 70 or starts(1m) >= 2 or age(ready) < 3s
    until: <pause>
    if: connected
    backoff: [1s, <hold>]
    breaker: {max: 2, within: 1m}
    do:
      - {countdown: <hold>, at: [<hold>, 1s], say: lately, unless: players > 0}
      - {power: restart, within: 10s, force_after: 3s}
"""

UNSEEN = """
  - id: unseen
    by: fleet
    while: share(not connected) >= 0.5
    for: <hold>
    until: {event: link.up}
    mutes: {rules: ["*"], actions: [power]}
    do: [{notify: ops, text: "${names(not connected)} of ${total}"}]
    escalate:
      - {after: <hold>, every: 90s, unless: acked, do: [{notify: ops, text: "still ${count(not connected)}"}]}
    on_clear: [{notify: ops, text: seen}]
"""

MANY = """
  - id: many
    when: {console: '^(?P<what>\\w+)'}
    distinct: it.what
    count: 2
    within: <pause>
    overlap: <overlap>
    do:
      - {wait: {console: '^calm'}, within: 20s, else: [{backup: many, within: 5s}]}
      - {power: restart, else: []}
"""

RECYCLES = """
  - id: recycles
    when: {console: '^recycle'}
    overlap: <overlap>
    do: [{power: restart, within: <pause><else>}, {send: recycled}]
"""
ELSES = ("", ", else: []", ", else: [{wait: 9s}, end]", ", force_after: 3s")

CHANGES = """
  - id: changes
    <when>
    until: <until>
    do: [{notify: ops, text: changes}]
"""
WHENS = (
    "when: {schedule: '* * * * *', tz: UTC}",
    "when: {event: crash}",
    "while: memory_pct > 70",
    "while: not connected",
)
UNTILS = ("{schedule: '* * * * *', tz: UTC}", "{event: ready}", "9s", "memory_pct < 50")

EXITS = """
  - id: exits
    by: fleet
    while: count(stopped_by == "exit") > 0 or count(stopped_by == "crash") > 1
    do: [{notify: ops, text: "${names(state == 'offline')}"}]
"""

FIRST = """
  - id: first
    by: <by>
    when: {event: player.join}
    first: it.player
    <within>
    overlap: <overlap>
    cooldown: <pause>
    do: [{say: welcome}, {wait: <hold>}, {notify: ops, text: "first ${it.player}"}]
"""
BYS = ("server", "[it.player]")
WITHINS = ("", "within: 30s")

MOODY = """
  - id: moody
    while: mood > 1 and asked != "bad"
    for: <hold>
    until: <pause>
    do: [{wait: 'avg(mood, 20s) < 2', within: <pause>, else: []}, {send: "cheer ${mood} up"}]
"""

TURNS = """
  - id: turns
    when: {any: [{changes: mood}, {changes: asked}, {changes: players}, {changes: build}]}
    overlap: <overlap>
    do: [{notify: ops, text: "${it.old} to ${it.new}, build ${build}"}]
"""

BUILT = """
  - id: built
    by: fleet
    when: {changes: build}
    until: count(mood > 1) > 1 or build > 7
    do: [{notify: ops, text: "${it.new} for ${names(asked == 'good')}"}]
"""

FACTS = """facts:
  mood: {servers: {not: {name: "*1"}}, type: number, line: '^mood (?P<value>.*)', stale: 20s}
  asked: {type: text, send: mood, read: '^in a (?P<value>.*) mood', every: 10s}
  build: {type: number, http: builds, every: 10s}
"""

WIPES = """
  - id: wipes
    when: {console: '^enough'}
    cooldown: <pause>
    overlap: <overlap>
    do:
      - {power: stop, within: <pause>, optional: true}
      - {backup: wipes, keep: 1, within: 20s, optional: true}
      - {files: {delete: world}, else: [{send: kept}]}
      - {startup: {SEED: "1"}, optional: true}
      - {reinstall: <pause>, override: operator<or>}
      - {send: wiped}
"""
ORS = ("", ", else: []", ", else: [{wait: 9s}, end]")

WRITTEN = {
    "first": FIRST,
    "moody": MOODY, "turns": TURNS, "built": BUILT,
    "changes": CHANGES, "exits": EXITS, "recycles": RECYCLES,
    "parties": BY_NODE_AND_PLAYER, "listens": LISTENS, "lately": LATELY, "unseen": UNSEEN, "many": MANY,
    "memory": MEMORY, "errors": ERRORS, "joins": JOINS, "node": NODE, "fleet": FLEET, "follows": FOLLOWS,
    "probes": PROBES, "unless": UNLESS, "nightly": NIGHTLY, "empty": EMPTY,
    "wipes": WIPES,
}  # fmt: skip
LISTENED_TO = ("memory", "errors", "node", "recycles")


BLANKS = (
    ("<hold>", HOLDS), ("<pause>", PAUSES), ("<overlap>", OVERLAPS), ("<when>", WHENS), ("<until>", UNTILS),
    ("<else>", ELSES), ("<by>", BYS), ("<within>", WITHINS), ("<or>", ORS),
)  # fmt: skip


def rules(chance: Random) -> str:
    """A rule file. Those that others listen to are always in it."""
    return written(some_rules(chance))


def written(texts: Mapping[str, str]) -> str:
    """The rule file of these rules."""
    return FACTS + "rules:\n" + "".join(texts.values())


def some_rules(chance: Random) -> dict[str, str]:
    """The rules of a file, by their names in WRITTEN."""
    chosen = {name: text for name, text in WRITTEN.items() if name in LISTENED_TO or chance.random() < 0.75}
    return {name: _filled(text, chance) for name, text in chosen.items()}


def some_changed(texts: Mapping[str, str], chance: Random) -> dict[str, str]:
    """The same but for a rule or two, which go, come, or are filled in otherwise."""
    changed = dict(texts)
    for name in chance.sample(list(WRITTEN), chance.choice((1, 1, 2))):
        if name in changed and name not in LISTENED_TO and chance.random() < 0.4:
            del changed[name]
        else:
            changed[name] = _filled(WRITTEN[name], chance)
    return {name: changed[name] for name in WRITTEN if name in changed}


def _filled(text: str, chance: Random) -> str:
    for blank, values in BLANKS:
        text = text.replace(blank, chance.choice(values))
    return text + ("    arm: shadow\n" if chance.random() < 0.1 else "")
