"""The script of the demo: what happens when, and what must come of it, as seen from outside.

Each incident has faults at their moments (seconds from the start), and a proof in what the simulator saw
and the receiver got. What automaton says of itself proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from automaton.demo.receiver import Receiver
from automaton.simulator.event_log import LogEntry
from automaton.simulator.faults.catalog import cause as cause_fault
from automaton.simulator.simulated_world import SimulatedWorld

LENGTH = 28.0
"""Seconds from the start until every incident must have led to its action."""

SERVER_THREAD = "[12:00:00] [Server thread/INFO]: "
LAG = SERVER_THREAD + "Can't keep up! Is the server overloaded? Running 2345ms or 46 ticks behind"
SAVING = SERVER_THREAD + "Automatic saving is now enabled"


@dataclass(frozen=True, slots=True)
class ScriptedFault:
    """One of the simulator's faults, `at` so many seconds from the start."""

    at: float
    name: str
    details: Mapping[str, object] = field(default_factory=dict)

    def cause(self, world: SimulatedWorld, server: str) -> None:
        """Makes it happen now."""
        cause_fault(world, self.name, {"server": server, **self.details})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a proof may look at: the simulated world, and what arrived outside."""

    world: SimulatedWorld
    receiver: Receiver

    def saw(self, kind: str, server: str, *details: str) -> bool:
        """Whether automaton did something to a server, with one of these details."""
        return any(entry.detail in details for entry in self._by_automaton(kind, server))

    def saw_command(self, server: str, begin: str) -> bool:
        """Whether automaton typed a command that begins so."""
        return any(entry.detail.startswith(begin) for entry in self._by_automaton("command", server))

    def authenticated(self, server: str) -> int:
        """How often a websocket of this server was authenticated."""
        return sum(entry.detail == "auth" for entry in self._entries("socket", server))

    def opened(self, server: str) -> int:
        """How many websockets of this server were opened."""
        return sum(entry.detail == "open" for entry in self._entries("socket", server))

    def _by_automaton(self, kind: str, server: str) -> list[LogEntry]:
        # Wings itself starts what crashed, and must not be taken for the automaton.
        ours = [f"{way} {self.world.automaton.name}" for way in ("panel", "websocket")]
        return [entry for entry in self._entries(kind, server) if entry.by in ours]

    def _entries(self, kind: str, server: str) -> list[LogEntry]:
        return self.world.log.entries(kind, self.world.server(server).build.uuid)


@dataclass(frozen=True, slots=True)
class ScriptedIncident:
    """`action` is what it must lead to, in words; `proof` whether it did."""

    title: str
    server: str
    faults: tuple[ScriptedFault, ...]
    action: str
    proof: Callable[[Evidence], bool]


def scripted_incidents() -> tuple[ScriptedIncident, ...]:
    """The whole script."""
    return (
        ScriptedIncident(
            title="a player joins",
            server="lobby",
            faults=(ScriptedFault(1.0, "join", {"player": "Steve"}),),
            action="is welcomed by name",
            proof=lambda seen: seen.saw_command("lobby", "tell Steve Welcome to lobby"),
        ),
        ScriptedIncident(
            title="memory stays above 90 %",
            server="creative",
            faults=(
                ScriptedFault(1.0, "memory", {"percent": 96, "seconds": 1}),
                ScriptedFault(13.0, "memory"),
            ),
            action="save-all, a message, and another when it is back",
            proof=lambda seen: (
                seen.saw_command("creative", "save-all")
                and seen.receiver.got("creative memory 9", "for 5s")
                and seen.receiver.got("creative memory back at")
            ),
        ),
        ScriptedIncident(
            title="crashes twice; Wings gives up",
            server="factions",
            faults=(ScriptedFault(2.0, "crash", {"code": 134}), ScriptedFault(9.0, "crash", {"code": 134})),
            action="started again, told when it runs",
            proof=lambda seen: (
                seen.saw("power", "factions", "start")
                and seen.receiver.got("factions crashed (exit code 134) and is running again")
            ),
        ),
        ScriptedIncident(
            title="runs out of heap",
            server="skyblock",
            faults=(ScriptedFault(3.0, "heap"),),
            action="restarted, told with the last lines",
            proof=lambda seen: (
                seen.saw("power", "skyblock", "restart")
                and seen.receiver.got("skyblock ran out of heap", "OutOfMemoryError")
            ),
        ),
        ScriptedIncident(
            title="cannot keep up, 8 times",
            server="minigames",
            faults=tuple(ScriptedFault(2.0 + 0.5 * number, "print", {"lines": [LAG]}) for number in range(8)),
            action="told once, with the count",
            proof=lambda seen: seen.receiver.got("minigames overloaded: 8 warnings in 5m, last 2345 ms"),
        ),
        ScriptedIncident(
            title="its link is dropped",
            server="event",
            faults=(ScriptedFault(4.0, "drop"),),
            action="told when lost, and when back",
            proof=lambda seen: (
                seen.receiver.got("event is out of sight")
                and seen.receiver.got("event is in sight again")
                and seen.opened("event") >= 2
            ),
        ),
        ScriptedIncident(
            title="its token expires",
            server="survival",
            faults=(ScriptedFault(5.0, "expire"), ScriptedFault(9.0, "print", {"lines": [SAVING]})),
            action="renewed on the same socket; the next line is heard",
            proof=lambda seen: (
                seen.saw_command("survival", "say Still listening on survival")
                and seen.authenticated("survival") >= 2
                and seen.opened("survival") == 1
            ),
        ),
    )
