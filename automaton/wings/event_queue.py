"""What the links heard, until the engine takes it: a bounded queue a server, taken in turn.

Putting never waits, for a link that waits makes Wings throw status events away (protocol.md 4.2).
One noisy server fills its own queue only: lines that find no room are counted into an Overflow at
their place, figures are replaced by newer ones, all else has room of its own. Where even that is
full, the Overflow says that not only lines were lost, and the state last heard is reported after it.
What comes at our own pace, of links, lists, Panels and calls, is never lost.
"""

from __future__ import annotations

from collections import deque

import anyio
import anyio.lowlevel

from automaton.core.events import (
    CallEnded,
    Event,
    LinePrinted,
    LinkLost,
    LinkUp,
    Overflow,
    PanelBack,
    PanelLost,
    ServerGone,
    ServerListed,
    State,
    StateChanged,
    StateReported,
    StatsReported,
)
from automaton.core.moment import Moment

LIMIT = 2000  # events of one server; some seconds of the busiest console
_OTHERS_WAIT = 64  # events taken without a pause; then the links get their turn on the event loop


_OF_A_STATE = frozenset({StateChanged, StateReported, LinkUp, LinkLost})
_NEVER_LOST = (CallEnded, LinkUp, LinkLost, PanelLost, PanelBack, ServerListed, ServerGone)


class _Lane:
    __slots__ = ("events", "lost", "lost_at", "only_lines", "state", "stats")

    def __init__(self) -> None:
        self.events: deque[Event] = deque()
        self.lost = 0
        self.lost_at: Moment | None = None
        self.only_lines = True
        self.state: State | None = None  # the one put last, whether it found room or not
        self.stats: StatsReported | None = None

    def heard(self, event: Event) -> None:
        """Remembers the state that an event tells, or that a link's end or beginning makes unknown."""
        match event:
            case StateChanged(state=state) | StateReported(state=state):
                self.state = state
            case LinkUp() | LinkLost():
                self.state = None
            case _:
                pass

    def lose(self, event: Event) -> int:
        """Counts an event that finds no room; an Overflow by what it counted. Answers how many."""
        match event:
            case LinePrinted():
                count = 1
            case Overflow(lines=count, only_lines=only_lines):
                self.only_lines = self.only_lines and only_lines
            case _:
                count, self.only_lines = 1, False
        self.lost += count
        self.lost_at = event.at
        return count


class EventQueue:
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
        if type(event) in _OF_A_STATE:
            lane.heard(event)
        room = self._limit - len(lane.events)
        if room > 0:
            lane.events.append(event)
        elif isinstance(event, StatsReported):
            lane.stats = event
        elif isinstance(event, LinePrinted) or self._is_lost(event, lane, room):
            self.lost += lane.lose(event)
        else:
            lane.events.append(event)

    def _is_lost(self, event: Event, lane: _Lane, room: int) -> bool:
        """True where the room of their own is full; after one was lost no other goes before its Overflow."""
        return not isinstance(event, _NEVER_LOST) and (room <= -self._limit or not lane.only_lines)

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
            at, only_lines = lane.lost_at, lane.only_lines
            lane.events.append(Overflow(server=server, at=at, lines=lane.lost, only_lines=only_lines))
            if not only_lines and lane.state is not None:
                lane.events.append(StateReported(server=server, at=at, state=lane.state))
            lane.lost, lane.lost_at, lane.only_lines = 0, None, True
        if lane.stats is not None:
            lane.events.append(lane.stats)
            lane.stats = None
