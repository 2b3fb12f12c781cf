"""What a fleet does beside talking: servers crash and come back, sockets break, servers go and come."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random

from tests.benchmarks.load.frames import printed, said
from tests.benchmarks.load.played_node import PlayedNode, PlayedServer

BROKEN, CRASHED, REPLACED = 1.0, 0.5, 0.1  # a second, of a thousand servers
STARTS_AFTER, RUNS_AFTER = 2.0, 6.0  # seconds after a crash

_CRASH = [
    said("status", "offline"),
    said("daemon message", "---------- Detected server process in a crashed state! ----------"),
]
_STARTING, _RUNNING = said("status", "starting"), said("status", "running")
_DONE = printed('[12:00:00] [Server thread/INFO]: Done (5.210s)! For help, type "help"')


@dataclass(slots=True)
class Churn:
    """`servers` are those that talk, in their order: who comes takes the place of who went."""

    nodes: list[PlayedNode]
    servers: list[PlayedServer]
    chance: Random = field(default_factory=lambda: Random(41))
    broken: int = 0
    crashed: int = 0
    replaced: int = 0
    _passed: float = 0.0
    _due: list[tuple[float, int, PlayedServer, list[bytes]]] = field(default_factory=list)
    _next: int = 1_000_000  # the number of the next server that comes

    def go_on(self, passed: float) -> None:
        """What happens until so many seconds after the beginning."""
        thousands = (passed - self._passed) * len(self.servers) / 1000
        self._passed = passed
        for act, rate in ((self._break, BROKEN), (self._crash, CRASHED), (self._replace, REPLACED)):
            if self.chance.random() < rate * thousands:  # a tick is some milliseconds: never two at once
                act()
        while self._due and self._due[0][0] <= passed:
            _, _, server, frames = heappop(self._due)
            _tell(server, frames)

    def _break(self) -> None:
        server = self.chance.choice(self.servers)
        if server.socket is not None:
            server.socket.abort()
            self.broken += 1

    def _crash(self) -> None:
        server = self.chance.choice(self.servers)
        self.crashed += 1
        _tell(server, _CRASH)
        heappush(self._due, (self._passed + STARTS_AFTER, 2 * self.crashed, server, [_STARTING]))
        heappush(self._due, (self._passed + RUNS_AFTER, 2 * self.crashed + 1, server, [_DONE, _RUNNING]))

    def _replace(self) -> None:
        place, number = self.chance.randrange(len(self.servers)), self._next
        gone, came = (
            self.servers[place],
            PlayedServer(f"{number:08x}-0000-4000-8000-{number:012}", f"new-{number}"),
        )
        node = next(one for one in self.nodes if gone.uuid in one.servers)
        del node.servers[gone.uuid]
        if gone.socket is not None:
            gone.socket.close()
        node.servers[came.uuid] = self.servers[place] = came
        self._next += 1
        self.replaced += 1


def _tell(server: PlayedServer, frames: list[bytes]) -> None:
    if server.socket is not None:
        server.socket.write(b"".join(frames))
