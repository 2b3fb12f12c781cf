"""One engine that judges a recording again.

By the rules of the recording it decides what was decided then, to the letter. By others it makes other
calls: their outcome is that of an equal call of the same rule in the recording, else done at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from math import inf
from typing import Any

from automaton.core.decision import Asked, Decision
from automaton.core.engine import OFTEN, Engine
from automaton.core.events import CallEnded, Event
from automaton.core.fingerprint import fingerprint, fingerprint_of
from automaton.core.gates.limits import Limits
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome
from automaton.core.rules.rule import Rulebook
from automaton.core.scope import Place
from automaton.errors import Refused
from automaton.web.memory_shape import read_memory
from automaton.web.recording_format import Adopted, Advanced, CallAsked, RecordingEnd, RecordingHeader, Row
from automaton.workbench.recording_reader import RecordedOutcomes


@dataclass(order=True, slots=True)
class _PlannedEnd:
    """The planned end of a call that the recording does not have."""

    mono: float
    turn: int
    asked: Asked = field(compare=False)
    outcome: Outcome = field(compare=False)


class ReplayEngine:
    """Plays one recording from its header on, and hands each decision to `on_decision`.

    `has_same_rules`: the rules and limits are those of the recording. `is_exact`: besides, no call has yet
    differed from what was recorded. `events` counts what happened.
    """

    def __init__(
        self,
        book: Rulebook,
        limits: Limits,
        header: RecordingHeader,
        outcomes: RecordedOutcomes,
        on_decision: Callable[[Decision], object],
    ) -> None:
        self.events = 0
        self._book = book
        self._limits = limits
        self._on_decision = on_decision
        self._outcomes = outcomes
        self._fingerprint = fingerprint(book, limits)
        self.has_same_rules = self.is_exact = header.fingerprint == self._fingerprint
        # A daemon that ran already had its `settle` behind it.
        began_with = limits if header.fresh else replace(limits, settle=0.0)
        self._engine = _engine_of(book, began_with, header)
        self._tells_others = header.share is not None
        self._engine.take_outgoing()
        self._numbers: dict[int, int] = {}
        self._asked: list[tuple[Decision, Asked]] = []
        self._ends: list[_PlannedEnd] = []
        self._turns = 0
        self._names: dict[str, str] = {}

    def foresee(self, rows: Sequence[Row]) -> None:
        """Looks at the lines together that are to be played next. It changes no decision."""
        self._engine.foresee(rows)

    def play(self, row: Row) -> None:
        """Gives the engine the next row, after what is due before it."""
        if isinstance(row, OFTEN) and self.is_exact and not self._asked:
            self.events += 1  # nearly all rows: nothing is under way but what was recorded
            decisions = self._engine.handle(row)
            if decisions or self._tells_others:
                self._hand_on(decisions)
            return
        if isinstance(row, CallAsked):
            self._match_recorded(row)
            return
        if self._asked:
            self._plan_outcomes()
        if isinstance(row, RecordingHeader | RecordingEnd):
            return
        if self._ends or not self.is_exact:
            self._pass_time(row.at)
        if isinstance(row, CallEnded):
            self._end_call(row)
        elif isinstance(row, Advanced):
            self._hand_on(self._engine.advance(row.at))
        elif isinstance(row, Adopted):
            self.has_same_rules &= row.fingerprint == self._fingerprint
            self.is_exact &= self.has_same_rules
            self._hand_on(self._engine.adopt(self._book, self._limits, row.at))
        else:
            self._handle(row)

    def name_of(self, key: str) -> str:
        """A key with the name of its server, also after that is gone."""
        read = Key.read(key)
        if read.by is not By.SERVER:
            return key
        server = self._engine.servers().get(read.of)
        if server is not None:
            self._names[read.of] = server.facts.profile.name
        return "/".join([self._names.get(read.of, read.of), *read.more])

    def _handle(self, event: Event) -> None:
        self.events += 1
        decisions = self._engine.handle(event)
        if decisions or self._tells_others:
            self._hand_on(decisions)

    def _hand_on(self, decisions: list[Decision]) -> None:
        for decision in decisions:
            self._on_decision(decision)
            self._asked += [(decision, asked) for asked in decision.calls]
        if self._tells_others:
            self._engine.take_outgoing()  # as after each turn; what others said to it is recorded

    def _match_recorded(self, row: CallAsked) -> None:
        """Pairs a call of the recording with the equal one that was just asked here, if there is one.

        Its recorded end will then be the end of ours, whatever number that has.
        """
        for place, (_, asked) in enumerate(self._asked):
            if asked.rule == row.rule and fingerprint_of(asked.call) == row.call:
                if not asked.call.is_awaited:
                    del self._asked[place]
                elif self._outcomes.take_own(row):
                    self._numbers[row.number] = asked.number
                    del self._asked[place]
                return
        self.is_exact = False

    def _plan_outcomes(self) -> None:
        """Calls that were asked here, and not in the recording at this place, get an end of their own."""
        self.is_exact = False
        for decision, asked in self._asked:
            if not asked.call.is_awaited:
                continue
            _, outcome, seconds = self._outcomes.take((asked.rule, fingerprint_of(asked.call)))
            self._turns += 1
            heappush(self._ends, _PlannedEnd(decision.at.mono + seconds, self._turns, asked, outcome))
        self._asked.clear()

    def _end_call(self, row: CallEnded) -> None:
        self.events += 1
        number = self._numbers.pop(row.number, None)
        if number is not None:  # else nobody asked for it here
            at_server = CallEnded(server=row.server, at=row.at, number=number, outcome=row.outcome)
            self._hand_on(self._engine.handle(at_server))
        else:
            self._hand_on(self._engine.advance(row.at))

    def _pass_time(self, until: Moment) -> None:
        """Lets time pass up to a row: deadlines and planned ends of calls, each at its own moment."""
        while True:
            deadline = self._engine.next_deadline()
            first = self._ends[0].mono if self._ends else inf
            mono = min(inf if deadline is None else deadline, first)
            if mono > until.mono or mono == until.mono != first:
                return  # a deadline at this very moment is met with the row
            at = Moment(mono, until.wall + (mono - until.mono))
            if first <= mono:
                planned = heappop(self._ends)
                end = CallEnded(
                    server=planned.asked.call.server,
                    at=at,
                    number=planned.asked.number,
                    outcome=planned.outcome,
                )
                self._hand_on(self._engine.handle(end))
            else:
                self._hand_on(self._engine.advance(at))
            if self._asked:
                self._plan_outcomes()


def _engine_of(book: Rulebook, limits: Limits, header: RecordingHeader) -> Engine:
    """One that begins where the recorded one was, and judges what that one did."""
    share = header.share
    if share is None:
        return Engine(book, limits, header.at, _memory_of(header))
    taken_over_at = -inf if share.taken_over_at is None else share.taken_over_at
    return Engine(
        book, limits, header.at, _memory_of(header), share.scope,
        -inf if share.acts_from is None else share.acts_from,
        Place(node=share.node, epoch=share.epoch, taken_over_at=taken_over_at),
    )  # fmt: skip


def _memory_of(header: RecordingHeader) -> dict[str, Any]:
    """What the recorded engine remembered. Raises Refused where that has not its shape."""
    try:
        memory, unfit = read_memory(bytes(header.memory))
    except ValueError as problem:
        raise Refused(f"the header of the recording is damaged: {problem}") from None
    for place, why in unfit.items():
        raise Refused(f"the header of the recording is damaged at {place}: {why}")
    return memory
