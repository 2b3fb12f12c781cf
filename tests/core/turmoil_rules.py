"""The rules of a turmoil: between them they use most words of the language, and listen to each other."""

from __future__ import annotations

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
      - {countdown: 5s, say: soon, else: [{say: not now}]}
      - {power: restart, within: 20s, else: [{notify: ops, text: not up}]}
    on_clear: [{wait: 3s}, {notify: ops, text: over}]
    escalate:
      - after: 5s
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
    do: [{notify: ops, text: empty}]
"""

WRITTEN = {
    "memory": MEMORY, "errors": ERRORS, "joins": JOINS, "node": NODE, "fleet": FLEET, "follows": FOLLOWS,
    "probes": PROBES, "unless": UNLESS, "nightly": NIGHTLY, "empty": EMPTY,
}  # fmt: skip


def rules(chance: Random) -> str:
    """A rule file. `node` is always in it, for others listen to it."""
    chosen = [text for name, text in WRITTEN.items() if name == "node" or chance.random() < 0.75]
    return "rules:\n" + "".join(_filled(text, chance) for text in chosen)


def _filled(text: str, chance: Random) -> str:
    for blank, values in (("<hold>", HOLDS), ("<pause>", PAUSES), ("<overlap>", OVERLAPS)):
        text = text.replace(blank, chance.choice(values))
    return text + ("    arm: shadow\n" if chance.random() < 0.1 else "")
