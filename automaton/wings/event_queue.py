"""Events from the links, until the engine takes them: a bounded queue for each server, taken in turn.

Putting never waits, for a link that waits makes Wings throw status events away (protocol.md 4.2).
A noisy server fills its own queue only: lines that find no room are counted into an Overflow in
their place, figures are replaced by newer ones, all else has room of its own. Where even that is
full, the Overflow says that not only lines were lost, and the state last heard is reported after it.
Lines are bounded in bytes as well: for one server, and tighter where many servers print long ones.
Events that come at our own pace, about links, lists, Panels, calls and the journal, are never lost, and
neither is what a person wants.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from math import inf

import anyio.lowlevel

from automaton.core.engine_events import NodesListed
from automaton.core.events import (
    Acknowledged,
    BreakerReset,
    CallEnded,
    DrillBegan,
    Event,
    HoldBegan,
    HoldEnded,
    JournalBack,
    JournalLost,
    LinePrinted,
    LinkLost,
    LinkUp,
    Overflow,
    PanelBack,
    PanelLost,
    RuleArmed,
    ServerGone,
    ServerListed,
    SilenceBegan,
    SilenceEnded,
    State,
    StateChanged,
    StateReported,
    StatsReported,
)
from automaton.core.moment import Moment
from automaton.pace.bell import Bell, new_bell

LIMIT = 2000  # events of one server; some seconds of the busiest console
TEXT = 1024 * 1024  # bytes of one server's waiting lines: LIMIT of them with 500 characters each
ALL_TEXT = 32 * TEXT  # bytes of all waiting lines, from which on each server has room for fewer
TEXT_IN_A_CROWD = 64 * 1024  # bytes of one server's waiting lines then
_PAUSE_AFTER = 64  # events taken in a row; then the links get their turn on the event loop


_OF_A_STATE = frozenset({StateChanged, StateReported, LinkUp, LinkLost})
_NEVER_LOST = (
    CallEnded, LinkUp, LinkLost, PanelLost, PanelBack, ServerListed, ServerGone, JournalLost, JournalBack,
    Acknowledged, BreakerReset, SilenceBegan, SilenceEnded, HoldBegan, HoldEnded, DrillBegan, RuleArmed,
    NodesListed,
)  # fmt: skip


class _Lane:
    __slots__ = ("events", "lost", "lost_at", "only_lines", "state", "stats", "taken", "text")

    def __init__(self) -> None:
        self.events: deque[Event] = deque()
        self.text = 0  # bytes of the lines in `events`
        self.taken = 0  # events so far
        self.lost = 0
        self.lost_at: Moment | None = None
        self.only_lines = True
        self.state: State | None = None  # of the last event put, whether it found room or not
        self.stats: StatsReported | None = None

    def note_state(self, event: Event) -> None:
        """Remembers the state that an event tells; a link's end or beginning makes it unknown."""
        match event:
            case StateChanged(state=state) | StateReported(state=state):
                self.state = state
            case LinkUp() | LinkLost():
                self.state = None
            case _:
                pass

    def lose(self, event: Event) -> int:
        """Counts an event that finds no room, an Overflow by what it counted; gives how many that is."""
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
    """The queues of all servers. Many tasks put, one takes."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._lanes: dict[str, _Lane] = {}
        self._ring: deque[str] = deque()
        self._bell: Bell | None = None  # of the event loop in which events are taken
        self._awaiting: Bell | None = None  # the same, while there is nothing to take
        self._taken = 0
        self._text = 0  # bytes of all lines that wait
        self.lost = 0

    def __len__(self) -> int:
        return sum(len(self._lanes[server].events) for server in self._ring)

    @property
    def servers(self) -> int:
        """How many servers have a queue, an empty one included."""
        return len(self._lanes)

    def put(self, event: Event) -> None:
        """Adds an event to its server's queue, or counts it as lost. Never waits."""
        lane = self._lanes.get(event.server)
        if lane is None:
            lane = self._lanes[event.server] = _Lane()
        if not lane.events:
            self._ring.append(event.server)
            if self._awaiting is not None:
                self._awaiting.ring()
                self._awaiting = None
        if type(event) in _OF_A_STATE:
            lane.note_state(event)
        room = self._limit - len(lane.events)
        if room > 0 and (type(event) is not LinePrinted or self._has_room_for(event, lane)):
            lane.events.append(event)
        elif isinstance(event, StatsReported):
            lane.stats = event
        elif isinstance(event, LinePrinted) or self._is_lost(event, lane, room):
            self.lost += lane.lose(event)
        else:
            lane.events.append(event)

    def waiting(self) -> Iterator[tuple[str, int]]:
        """The servers with events that wait, each with how many of its events were taken so far."""
        return ((server, self._lanes[server].taken) for server in self._ring)

    def _has_room_for(self, line: LinePrinted, lane: _Lane) -> bool:
        """Takes the room for a line's text, which a console fills as it likes, where there is some."""
        size = _size(line)
        has_room = lane.text + size <= (TEXT if self._text < ALL_TEXT else TEXT_IN_A_CROWD)
        if not has_room or lane.lost_at is not None:  # the Overflow of those before it comes first
            return False
        lane.text += size
        self._text += size
        return True

    def _is_lost(self, event: Event, lane: _Lane, room: int) -> bool:
        """True where that room is full too; and after one was lost, until its Overflow has been put."""
        return not isinstance(event, _NEVER_LOST) and (room <= -self._limit or not lane.only_lines)

    async def take(self) -> Event:
        """Waits for the next event; servers take turns."""
        while (event := await self.take_by(inf)) is None:
            pass
        return event

    async def take_by(self, until: float) -> Event | None:
        """The next event; None where none has come by that moment (`mono`), or by one named before."""
        if not self._ring:
            if self._bell is None:
                self._bell = new_bell()
            self._awaiting = self._bell
            try:
                await self._bell.wait(until)
            finally:
                self._awaiting = None
            if not self._ring:
                return None
        self._taken += 1
        if self._taken % _PAUSE_AFTER == 0:
            await anyio.lowlevel.checkpoint()
        return self.take_now()

    def coming(self, most: int) -> list[Event]:
        """Events that will be taken soon, about as many as asked for where so many wait."""
        servers = list(islice(self._ring, most))
        each = most // len(servers) if servers else 0
        return [event for server in servers for event in islice(self._lanes[server].events, each)]

    def take_now(self) -> Event | None:
        """The next event, or None where there is none yet."""
        if not self._ring:
            return None
        server = self._ring.popleft()
        lane = self._lanes[server]
        event = lane.events.popleft()
        lane.taken += 1
        if type(event) is LinePrinted:
            size = _size(event)
            lane.text -= size
            self._text -= size
        if (lane.lost_at is not None or lane.stats is not None) and len(lane.events) < self._limit:
            self._let_in(server, lane)
        if lane.events:
            self._ring.append(server)
        elif isinstance(event, ServerGone):
            del self._lanes[server]  # its last event; a queue for every server ever seen would be a leak
        return event

    def _let_in(self, server: str, lane: _Lane) -> None:
        """Puts what had to wait for room: the Overflow in the place of the lost, then the newest figures."""
        if lane.lost_at is not None:
            at, only_lines = lane.lost_at, lane.only_lines
            lane.events.append(Overflow(server=server, at=at, lines=lane.lost, only_lines=only_lines))
            if not only_lines and lane.state is not None:
                lane.events.append(StateReported(server=server, at=at, state=lane.state))
            lane.lost, lane.lost_at, lane.only_lines = 0, None, True
        if lane.stats is not None:
            lane.events.append(lane.stats)
            lane.stats = None


def _size(line: LinePrinted) -> int:
    """Bytes that its text takes at the most: one strange character makes all of them as wide."""
    return len(line.text) * (1 if line.text.isascii() else 4)
