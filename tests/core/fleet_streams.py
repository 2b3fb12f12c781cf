"""Random happenings over several nodes, and rules of every width that read them."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from automaton.core import events as ev
from automaton.core.engine import Engine
from automaton.core.events import Event, State
from automaton.core.gates.limits import Limits
from tests.core.fleet import profile
from tests.core.shared_fleet import SharedFleet
from tests.core.story import LIVE

NODES = 3
SERVERS = 9

OF_SERVERS = """
  - {id: high, while: memory_pct > 80, for: 3s, do: [{notify: ops, text: "${name}"}]}
  - {id: errors, when: {console: '^error'}, count: 2, within: 20s, until: 10s, do: [{send: one}]}
  - {id: joins, by: [it.player], when: {event: player.join}, until: 8s, do: [{notify: ops}]}
  - {id: node, by: node, while: count(memory_pct > 80) >= 2, do: [{notify: ops}]}
  - {id: hears, when: {rule: node, is: open}, do: [{send: heard}]}
"""

OF_THE_FLEET = """
  - {id: share, by: fleet, while: share(memory_pct > 80) > 0.3, do: [{notify: ops, text: "${total}"}]}
  - {id: some, by: fleet, servers: {name: ["s0", "s1", "s4"]}, while: count(not connected) >= 2, for: 2s137ms}
  - {id: sum, by: fleet, while: sum(memory) > 500B, until: sum(memory) < 300B, do: [{notify: ops}]}
  - {id: count, by: fleet, when: {event: player.join}, count: 3, within: 15s174ms, until: 9s211ms}
  - id: player
    by: [fleet, it.player]
    when: {event: player.join}
    count: 2
    within: 30s248ms
    until: 5s285ms
  - id: distinct
    by: fleet
    when: {event: player.join}
    distinct: it.player
    count: 2
    within: 9s322ms
    until: 4s359ms
  - {id: first, by: fleet, when: {event: player.join}, first: it.player, do: [{notify: ops}]}
  - id: lines
    by: fleet
    when: {console: '^error (?P<n>[0-9]+)', where: it.n > 3}
    until: {console: '^enough'}
  - id: unless
    by: fleet
    when: {console: '^error'}
    unless: {console: '^calm'}
    within: 4s396ms
    until: 3s433ms
  - {id: states, by: fleet, when: {state: running -> offline}, count: 2, within: 30s470ms, until: 6s507ms}
  - {id: told, by: fleet, when: {rule: high, is: open}, count: 2, within: 30s544ms, until: 5s581ms}
  - {id: firing, by: fleet, while: count(firing("high")) >= 2, do: [{notify: ops}]}
  - id: waits
    by: fleet
    when: {event: crash}
    do: [{wait: {event: ready}, within: 20s618ms, else: []}, {notify: ops}]
"""
"""Their times fall together with no other: of two things at one moment, engines side by side may take either
first."""

SERVER_RULES = ("high", "errors", "joins", "node", "hears")
FLEET_RULES = (
    "share", "some", "sum", "count", "player", "distinct", "first", "lines", "unless", "states", "told",
    "firing", "waits",
)  # fmt: skip

Moved = tuple[float, type[Event], str, dict[str, Any]]


def stream(chance: Random, length: int, gaps: tuple[float, ...]) -> Iterator[Moved]:
    """What a fleet may see: readings, lines, joins, states, links and servers that come and go."""
    now = 1.0
    for _ in range(length):
        now = round(now + chance.choice(gaps), 3)
        server = f"u{chance.randrange(SERVERS)}"
        yield (now, *_one(chance, server, now))


def _one(chance: Random, server: str, now: float) -> tuple[type[Event], str, dict[str, Any]]:
    match chance.randrange(14):
        case 0 | 1 | 2 | 3:
            memory = chance.choice((10, 60, 85, 99))
            quiet = {"memory_limit": 100, "cpu_pct": 1.0, "disk": 100, "rx": 0, "tx": 0, "uptime": now}
            return ev.StatsReported, server, {"memory": memory, **quiet}
        case 4 | 5 | 6:
            text = chance.choice(("error 2", "error 5", "calm", "enough"))
            return ev.LinePrinted, server, {"text": text}
        case 7 | 8:
            return ev.Occurred, server, {"name": "player.join", "fields": {"player": chance.choice("ABCD")}}
        case 9:
            return ev.Occurred, server, {"name": chance.choice(("crash", "ready")), "fields": {}}
        case 10:
            return ev.StateChanged, server, {"state": chance.choice((State.RUNNING, State.OFFLINE))}
        case 11:
            return ev.LinkLost, server, {}
        case 12:
            return ev.LinkUp, server, {}
        case _:
            number = int(server[1:])
            suspended = chance.random() < 0.3
            return (
                ev.ServerListed,
                "",
                {"profile": profile(number, f"eu{number % NODES}", suspended=suspended)},
            )


class WholeFleet(SharedFleet):
    """The same, judged by one engine."""

    def __init__(self, rules: str, limits: Limits = LIVE) -> None:
        super().__init__(rules, (), limits)
        self.engines = {"": Engine(self._book, limits, self._moment)}

    def at(self, mono: float, kind: type[Event], server: str = "", **fields: Any) -> SharedFleet:
        self.until(mono)
        if kind is ev.ServerListed:
            server = fields["profile"].uuid
        self._give("", kind(server=server, at=self._moment, **fields))
        return self


def begun(fleet: SharedFleet) -> SharedFleet:
    """All servers are listed and run."""
    for number in range(SERVERS):
        fleet.at(0.0, ev.ServerListed, profile=profile(number, f"eu{number % NODES}"))
        fleet.at(0.0, ev.LinkUp, server=f"u{number}")
        fleet.at(0.0, ev.StateReported, server=f"u{number}", state=State.RUNNING)
    return fleet
