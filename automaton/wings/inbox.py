"""What the links heard, until the engine takes it: a bounded queue a server, taken in turn.

Putting never waits, for a link that waits makes Wings throw status events away (protocol.md 4.2).
One noisy server fills its own queue only: lines that find no room are counted into an Overflow at
their place, figures are replaced by newer ones, all else has room of its own.
"""

from __future__ import annotations

from collections import deque

import anyio
import anyio.lowlevel

from automaton.core.events import Event, LinePrinted, Overflow, ServerGone, StatsReported
from automaton.core.moment import Moment

LIMIT = 2000  # events of one server; some seconds of the busiest console
_OTHERS_WAIT = 64  # events taken without a pause; then the links get their turn on the event loop


class _Lane:
    __slots__ = ("events", "lost", "lost_at", "stats")

    def __init__(self) -> None:
        self.events: deque[Event] = deque()
        self.lost = 0
        self.lost_at: Moment | None = None
        self.stats: StatsReported | None = None


class Inbox:
    """The queues of all servers. Put by many tasks, taken by one."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._lanes: dict[str, _Lane] = {}
        self._ring: deque[str] = deque()
        self._arrived = anyio.Event()
        self._taken = 0
        self.lost = 0

    def __len__(self) -> int:
        return sum(len(self._lanes[server].events) for server in self._ring)

    @property
    def servers(self) -> int:
        """So many servers have a queue, an empty one too."""
        return len(self._lanes)

    def put(self, event: Event) -> None:
        """Adds an event to its server's queue."""
        lane = self._lanes.get(event.server)
        if lane is None:
            lane = self._lanes[event.server] = _Lane()
        if not lane.events:
            self._ring.append(event.server)
            self._arrived.set()
        room = self._limit - len(lane.events)
        if room > 0:
            lane.events.append(event)
        elif isinstance(event, StatsReported):
            lane.stats = event
        elif isinstance(event, LinePrinted) or room <= -self._limit:
            lane.lost += 1
            lane.lost_at = event.at
            self.lost += 1
        else:
            lane.events.append(event)

    async def take(self) -> Event:
        """The next event: each server with events has its turn."""
        while not self._ring:
            self._arrived = anyio.Event()
            await self._arrived.wait()
        self._taken += 1
        if self._taken % _OTHERS_WAIT == 0:
            await anyio.lowlevel.checkpoint()
        event = self.take_now()
        assert event is not None
        return event

    def take_now(self) -> Event | None:
        """The next event, or None when there is none."""
        if not self._ring:
            return None
        server = self._ring.popleft()
        lane = self._lanes[server]
        event = lane.events.popleft()
        if len(lane.events) < self._limit:
            self._let_in(server, lane)
        if lane.events:
            self._ring.append(server)
        elif isinstance(event, ServerGone):
            del self._lanes[server]
        return event

    def _let_in(self, server: str, lane: _Lane) -> None:
        if lane.lost_at is not None:
            lane.events.append(Overflow(server=server, at=lane.lost_at, lines=lane.lost))
            lane.lost, lane.lost_at = 0, None
        if lane.stats is not None:
            lane.events.append(lane.stats)
            lane.stats = None
