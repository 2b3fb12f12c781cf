"""What three daemons are put under: rules, the part of each server, and how all of it is set up."""

from __future__ import annotations

MEMBERS = ("m-a", "m-b", "m-c")
SLOW_RATE, SLOW_PER = 4, 10.0
FLEET_POWER = 30

# A group is one incident: of a larger one a message tells only what is new, and words are what is judged.
SETTINGS = """\
panels: {{main: {{url: "{panel}", origin: "{origin}", keys: [{{file: key}}], allow_plain: true}}}}
channels:
  ops: {{urls: [{{file: ops.url}}], rate: 1000/1s, group_by: ["..."], group_wait: 0s,
        group_interval: 1s}}
  slow: {{urls: [{{file: slow.url}}], rate: {rate}/{per:g}s, group_by: ["..."], group_wait: 0s,
         group_interval: 1s}}
limits:
  arm: live
  settle: 0s
  power: {{fleet: {fleet}/1h}}
  allow: {{power: [start, stop, restart], send: ["*"]}}
listen: {{socket: control.sock}}
rules: rules.d
state: state
cluster: {{servers: [{nats}], name: chaos, member: {member}, replicas: 3}}
"""

RULES = """\
rules:
  - id: told
    when: {console: '^told (?P<word>[a-z]+)$'}
    by: [it.word]
    until: 1s
    do:
      - {notify: ops, text: "opened ${it.word}"}
      - {send: "say saw ${it.word}"}
    on_clear: [{notify: ops, text: "ended ${it.word}"}]
  - id: full
    while: memory_pct > 90
    for: 1s
    until: memory_pct < 80
    do: [{notify: slow, text: "full began at ${name}."}]
    on_clear: [{notify: slow, text: "full ended at ${name}."}]
  - id: raised
    while: state == "offline" and stopped_by in ["crash", "unseen"]
    for: 1s
    do: [{notify: ops, text: "down began at ${name}."}, {power: start, within: 60s}]
    on_clear: [{notify: ops, text: "down ended at ${name}."}]
  - id: many-down
    by: fleet
    while: count(state == "offline") > 4
    do: [{notify: ops, text: "many began at fleet."}]
    on_clear: [{notify: ops, text: "many ended at fleet."}]
"""

ANOTHER_RULE = """\
  - id: another
    when: {console: '^never printed'}
    do: [{notify: ops, text: "it was"}]
"""
"""What a reload adds: members then differ in their generation until all were reloaded."""

PARTS = ("told", "told", "told", "full", "raised", "told")


def parts(servers: tuple[str, ...]) -> dict[str, str]:
    """The part of each server, by its name: on every node each part is there."""
    return {name: PARTS[place % len(PARTS)] for place, name in enumerate(sorted(servers))}
