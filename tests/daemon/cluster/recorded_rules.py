"""Rules of every width over the recorded fleet, which count, limit and listen to each other."""

from __future__ import annotations

import re
from pathlib import Path

from automaton.configuration.load import Configuration, load_configuration

SETTINGS = """\
panels: {{main: {{url: "https://panel.test", keys: [{{file: key}}]}}}}
channels: {{ops: {{urls: [{{file: url}}]}}}}
limits:
  arm: live
  allow: [{{power: [start, stop, restart, kill], send: [list]}}]
{limits}
rules: rules.d
"""

WIDE = """\
  power: {fleet: 20/1m, parallel: 8}
  send: {fleet: 100/1m}
  hold_power_if: share(not connected) > 0.5
"""
"""Every action asks for room, and finds it once the fleet is seen."""

TIGHT = """\
  power: {fleet: 3/1m, parallel: 2}
  send: {fleet: 1/20s}
"""
"""So that actions wait in line for each other."""

OF_SERVERS = """
  - {id: busy, while: cpu_pct > 0.03, for: 2s, until: cpu_pct < 0.01, do: [{notify: ops, text: "${name}"}]}
  - {id: stops, when: {state: running -> stopping}, count: 2, within: 1m, until: 20s, do: [{notify: ops}]}
  - {id: joins, by: [it.player], when: {event: player.join}, until: 10s, do: [{notify: ops}]}
  - {id: node-crashes, by: node, when: {event: crash}, count: 3, within: 1m, until: 30s, do: [{notify: ops}]}
  - {id: node-unseen, by: node, while: count(not connected) >= 2, do: [{notify: ops}]}
"""

OF_THE_FLEET = """
  - {id: unseen, by: fleet, while: count(not connected) >= 3, for: 1s, do: [{notify: ops, text: "${total}"}]}
  - {id: down, by: fleet, while: count(connected and state == "offline") >= 3, for: 3s, do: [{notify: ops}]}
  - {id: mean, by: fleet, servers: {name: [s9, s10, s11]}, while: "sum(avg(cpu_pct, 10s)) > 0.003"}
  - {id: sends, by: fleet, servers: {name: [s9, s10, s11]}, while: "count(rate(tx, 10s) > 5B) >= 2"}
  - {id: memory, by: fleet, servers: {name: [s9, s10, s11]}, while: sum(memory) > 2000000B}
  - {id: crashes, by: fleet, when: {event: crash}, count: 4, within: 30s, until: 20s, do: [{notify: ops}]}
  - {id: player, by: [fleet, it.player], when: {event: player.join}, count: 2, within: 2m, until: 20s}
  - {id: players, by: fleet, when: {event: player.join}, distinct: it.player, count: 3, within: 2m, until: 9s}
  - {id: exits, by: [fleet, it.exit_code], when: {event: crash}, until: 15s, do: [{notify: ops}]}
  - {id: starts, by: fleet, when: {state: starting -> running}, count: 5, within: 30s, until: 15s}
"""

THAT_LISTEN = """
  - {id: many-busy, by: fleet, when: {rule: busy, is: open}, count: 3, within: 1m, until: 20s}
  - {id: all-busy, by: fleet, while: count(firing("busy")) >= 2, for: 1s, do: [{notify: ops}]}
  - {id: after-crashes, when: {rule: crashes, is: open}, do: [{notify: ops}]}
  - {id: after-exits, by: node, when: {rule: exits, is: cleared}, do: [{notify: ops}]}
  - {id: while-crashes, servers: {name: [s1, s6]}, while: firing("crashes"), do: [{notify: ops}]}
"""

THAT_ACT = """
  - id: restarts
    servers: {name: [s0, s1, s2, s3]}
    when: {event: backup.restored}
    do: [{power: restart, override: operator, within: 10s, else: []}]
  - id: recovers
    servers: {name: [s4, s5, s6, s7]}
    when: {event: crash.unhandled}
    count: 4
    within: 40s
    do: [{power: restart, override: operator, within: 10s, else: []}]
  - {id: lists, when: {event: player.join}, if: state == "running", do: [{send: list}]}
"""

HOLDING = {"unseen": 1.0, "down": 3.0, "mean": 10.0, "sends": 10.0, "memory": 0.0, "all-busy": 1.0}
"""The rules of the fleet that look at what holds, with their `for` in seconds; or with the time over which
they look, for behind a lost link nothing is known for half of it.
"""

ACTING = ("restarts", "recovers", "lists")


_COUNTED_WITHIN = re.compile(r"(?<=count: \d)(,?\s+within: )(\d+)([sm])")


def configure(folder: Path, limits: str = WIDE, wider: int = 0) -> Configuration:
    """What a daemon or a member reads, from files in this folder.

    `wider`: the seconds by which what is counted may lie farther apart than the rules say.
    """
    (folder / "rules.d").mkdir(parents=True)
    written = "".join(("rules:", OF_SERVERS, OF_THE_FLEET, THAT_LISTEN, THAT_ACT))
    written = _COUNTED_WITHIN.sub(
        lambda found: f"{found[1]}{int(found[2]) * (60 if found[3] == 'm' else 1) + wider}s", written
    )
    (folder / "rules.d" / "rules.yml").write_text(written)
    for name, secret in (("key", "ptlc_" + "x" * 40), ("url", "json://ops")):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(secret)
    (folder / "automaton.yml").write_text(SETTINGS.format(limits=limits))
    return load_configuration(folder / "automaton.yml", {}).or_raise()
