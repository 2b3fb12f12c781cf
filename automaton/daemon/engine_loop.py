"""The only task that touches the engine: waits for an event or a deadline, judges, hands on.

Decisions are written before anything is sent, but for questions of the engine's own. The watchdog is looked
after from here: a loop that stands feeds nothing, and whether what turns also does its work is for
daemon/watchdog.py to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import Protocol

import anyio.lowlevel

from automaton.core.decision import Asked, Decision, Ledger
from automaton.core.dump import BATCHED_EVERY
from automaton.core.engine import OFTEN, Engine
from automaton.core.events import CallEnded, Event
from automaton.core.scope import Outgoing, Scope
from automaton.daemon.dispatch import AT_ONCE
from automaton.daemon.lag import Lag
from automaton.daemon.recorder import Recorder
from automaton.pace.clock import Clock
from automaton.web.recording_format import Advanced

OTHERS_EVERY = 64  # events judged without a pause; then the links get their turn
WORTH_A_LOOK = 4
"""Events that wait. Heard one by one a line of Minecraft takes 3.1 µs, looked at together with one other 1.9,
with three 1.2 and with fifteen 0.7; what waits are readings as well."""
LONGEST_SLEEP = BATCHED_EVERY  # what clocks tell is written so often


class EventSource(Protocol):
    """Where events come from."""

    def coming(self, most: int) -> Sequence[Event]:
        """Events that will be taken soon, about as many as asked for where so many wait."""

    def take_now(self) -> Event | None:
        """The next event, None where none waits."""

    async def take_by(self, until: float) -> Event | None:
        """The next event, as soon as there is one; None at that moment (`mono`), or some time before."""


class TurnKeeper(Protocol):
    """What writes turns down (`daemon/turn_journal.py`)."""

    @property
    def due_at(self) -> float:
        """The `mono` from which on any turn is written."""

    def is_due(self, decisions: Sequence[Decision], event: Event | None, mono: float) -> bool:
        """Whether this turn is written, or waits for a later one to be written with."""

    def begin(self, stale: Iterable[str], decisions: Sequence[Decision]) -> int:
        """Writes the turn with which everything begins, in the place of `end_turn`."""

    def begin_turn(self) -> None:
        """From here to `end_turn` what is said to channels belongs to the turn."""

    def end_turn(self, decisions: Sequence[Decision], event: Event | None) -> int:
        """Writes it; its place, behind which its calls wait until it is on disk."""


class EngineLoop:
    """Turns the engine. `alive` is called at least every `pulse` seconds while it does.

    `say` hands a message to its channel at once; all other calls go to `perform`, with their turn's place in
    the journal.
    `send` is given what other engines are to be told, with its turn's place likewise.
    `before` is called with each event before it is judged, for the engine forgets a server that is gone;
    `after` when it was judged, but for what comes all the time (`OFTEN`). `recorder` is given all that the
    engine is given.
    `lag` and `judged` are figures of its own: how long events waited, and how many there were of each kind.
    `turned_at` is when it last did something, which is at least every `pulse` seconds.
    """

    def __init__(
        self,
        engine: Engine,
        source: EventSource,
        ledger: Ledger,
        journal: TurnKeeper,
        say: Callable[[Asked], None],
        perform: Callable[[Sequence[Asked], int], None],
        clock: Clock,
        *,
        recorder: Recorder,
        before: Callable[[Event], None] = lambda event: None,
        after: Callable[[Event], None] = lambda event: None,
        alive: Callable[[], None] = lambda: None,
        pulse: float = inf,
        send: Callable[[Sequence[Outgoing], int], None] = lambda outgoing, place: None,
    ) -> None:
        self.engine = engine
        self.lag = Lag()
        self.judged: Counter[type[Event]] = Counter()
        self.turned_at = clock.now().mono
        self._source = source
        self._ledger = ledger
        self._journal = journal
        self._say = say
        self._perform = perform
        self._clock = clock
        self._recorder = recorder
        self._before = before
        self._after = after
        self._alive = alive
        self._send = send
        self._tells_others = engine.scope is not Scope.WHOLE
        self._pulse = min(pulse, LONGEST_SLEEP)
        self._fed_at = -inf
        self._due_at = -inf  # the journal's, as of the last turn that was handed on
        self._ends = False

    def begin(self, stale: Iterable[str]) -> int:
        """Writes what an earlier process left, and what is decided on it, as one turn; its place.

        Before anything else is judged. `stale` are the names of what that one wrote.
        """
        now = self._clock.now()
        self._recorder.took(Advanced(now))
        decisions = self.engine.advance(now)
        self._tell(decisions)
        return self._write(decisions, lambda: self._journal.begin(stale, decisions))

    def end(self) -> None:
        """From here on nothing new is judged; only the ends of calls let their runs go on."""
        self._ends = True
        self._recorder.end()

    async def run(self) -> None:
        """Turns until cancelled."""
        while True:
            event = await self._source.take_by(self._until())
            self._look_ahead()
            self._turn(event)
            for _ in range(OTHERS_EVERY):  # what waits already is not waited for
                event = self._source.take_now()
                if event is None:
                    break
                self._turn(event)
            else:  # they may never cease: the links get their turn, and time goes on without them
                await anyio.lowlevel.checkpoint()
                if self._until() <= self._clock.now().mono:
                    self._turn(None)

    def _turn(self, event: Event | None) -> None:
        """Judges one event, or lets time pass."""
        now = self._clock.now()
        self.turned_at = now.mono
        if self._ends and not isinstance(event, CallEnded):
            return
        if event is None:
            self._recorder.took(Advanced(now))
            self.hand_on(self.engine.advance(now))
        else:
            kind = type(event)
            self.lag.add(now.mono - event.at.mono)
            self.judged[kind] += 1
            self._before(event)
            if self._recorder.recordings:
                self._recorder.took(event)
            decisions = self.engine.handle(event)
            if kind not in OFTEN:
                self.hand_on(decisions, event)
                self._after(event)
            elif decisions or now.mono >= self._due_at or (self._tells_others and self.engine.tells_at_once):
                self.hand_on(decisions, event)  # most concern nobody, and nothing is due by them
        if now.mono - self._fed_at >= self._pulse:
            self._fed_at = now.mono
            self._alive()

    def hand_on(self, decisions: Sequence[Decision], event: Event | None = None) -> None:
        """Writes a turn down, with what is said to channels, then has its other calls performed."""
        if decisions:
            self._tell(decisions)
        is_urgent = self._tells_others and self.engine.tells_at_once
        if is_urgent or self._journal.is_due(decisions, event, self.engine.now.mono):
            self._write(decisions, lambda: self._journal.end_turn(decisions, event))
            return
        self._due_at = self._journal.due_at
        if decisions and (calls := [asked for one in decisions for asked in one.calls]):
            self._perform(calls, AT_ONCE)  # of those that are not written down

    def _tell(self, decisions: Sequence[Decision]) -> None:
        for decision in decisions:
            self._recorder.asked(decision)
            self._ledger.write(decision)

    def _write(self, decisions: Sequence[Decision], end_turn: Callable[[], int]) -> int:
        self._journal.begin_turn()
        calls = []
        for decision in decisions:
            for asked in decision.calls:
                if asked.call.is_said:
                    self._say(asked)
                else:
                    calls.append(asked)
        place = end_turn()
        self._due_at = self._journal.due_at
        if calls:
            self._perform(calls, place)
        # Taken here alone: what waits for no entry of its own waits for that of the next batch.
        if self._tells_others and (outgoing := self.engine.take_outgoing()):
            self._send(outgoing, place)
        return place

    def _look_ahead(self) -> None:
        """Looks at the lines together that come next."""
        coming = self._source.coming(OTHERS_EVERY)
        if len(coming) >= WORTH_A_LOOK:
            self.engine.foresee(coming)

    def _until(self) -> float:
        """The `mono` until which only events are waited for."""
        pulse = self._clock.now().mono + self._pulse
        if self._ends:  # no deadline is met any more
            return pulse
        deadline = self.engine.next_deadline()
        # Whoever else is told by what is written waits for it no longer than a batch takes.
        due = min(pulse, self._due_at)
        return due if deadline is None else min(deadline, due)
