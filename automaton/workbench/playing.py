"""One engine that is given a recording again.

By the rules of the recording it decides what was decided then, to the letter. By others it asks for other
calls: what became of them is taken from an equal call of the same rule, else they are done at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from math import inf

import msgspec

from automaton.core.decision import Asked, Decision
from automaton.core.engine import OFTEN, Engine
from automaton.core.events import CallEnded, Event
from automaton.core.fingerprint import fingerprint, fingerprint_of
from automaton.core.gates.limits import Limits
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome
from automaton.core.rules.rule import Rulebook
from automaton.web.recording_format import Adopted, Advanced, CallAsked, RecordingEnd, RecordingHeader, Row
from automaton.workbench.recordings import Answers


@dataclass(order=True, slots=True)
class _Due:
    """The end of a call, at a moment (mono) of the replay's own."""

    mono: float
    turn: int
    asked: Asked = field(compare=False)
    outcome: Outcome = field(compare=False)


class Player:
    """Plays one recording from its header on. `told` is given each decision.

    `is_exact`: nothing has yet differed from what was recorded. `by_the_same`: the rules and limits are
    those of the recording. `events` counts what happened.
    """

    def __init__(
        self,
        book: Rulebook,
        limits: Limits,
        header: RecordingHeader,
        answers: Answers,
        told: Callable[[Decision], object],
    ) -> None:
        self.events = 0
        self._book = book
        self._limits = limits
        self._told = told
        self._answers = answers
        self._fingerprint = fingerprint(book, limits)
        self.by_the_same = self.is_exact = header.fingerprint == self._fingerprint
        # A daemon that ran already had its `settle` behind it.
        began_with = limits if header.fresh else replace(limits, settle=0.0)
        self._engine = Engine(book, began_with, header.at, msgspec.json.decode(header.memory))
        self._numbers: dict[int, int] = {}
        self._asked: list[tuple[Decision, Asked]] = []
        self._due: list[_Due] = []
        self._turns = 0
        self._names: dict[str, str] = {}

    def take(self, row: Row) -> None:
        """The next row."""
        if isinstance(row, OFTEN) and self.is_exact and not self._asked:
            self.events += 1  # nearly all rows: nothing is under way but what was recorded
            decisions = self._engine.handle(row)
            if decisions:
                self._hand_on(decisions)
            return
        if isinstance(row, CallAsked):
            self._was_asked(row)
            return
        if self._asked:
            self._answer_alone()
        if isinstance(row, RecordingHeader | RecordingEnd):
            return
        if self._due or not self.is_exact:
            self._pass(row.at)
        if isinstance(row, CallEnded):
            self._ended(row)
        elif isinstance(row, Advanced):
            self._hand_on(self._engine.advance(row.at))
        elif isinstance(row, Adopted):
            self.by_the_same &= row.fingerprint == self._fingerprint
            self.is_exact &= self.by_the_same
            self._hand_on(self._engine.adopt(self._book, self._limits, row.at))
        else:
            self._take_event(row)

    def name_of(self, key: str) -> str:
        """How people know a key."""
        read = Key.read(key)
        if read.by is not By.SERVER:
            return key
        server = self._engine.servers().get(read.of)
        if server is not None:
            self._names[read.of] = server.facts.profile.name
        return "/".join([self._names.get(read.of, read.of), *read.more])

    def _take_event(self, event: Event) -> None:
        self.events += 1
        decisions = self._engine.handle(event)
        if decisions:
            self._hand_on(decisions)

    def _hand_on(self, decisions: list[Decision]) -> None:
        for decision in decisions:
            self._told(decision)
            self._asked += [(decision, asked) for asked in decision.calls]

    def _was_asked(self, row: CallAsked) -> None:
        """The recording's call is one of those just asked here, or none."""
        for place, (_, asked) in enumerate(self._asked):
            if asked.rule == row.rule and fingerprint_of(asked.call) == row.call:
                if self._answers.is_left(row):
                    self._numbers[row.number] = asked.number
                    del self._asked[place]
                return
        self.is_exact = False

    def _answer_alone(self) -> None:
        """What was asked here, and not in the recording at this place, needs an answer of its own."""
        self.is_exact = False
        for decision, asked in self._asked:
            _, outcome, seconds = self._answers.take((asked.rule, fingerprint_of(asked.call)))
            self._turns += 1
            heappush(self._due, _Due(decision.at.mono + seconds, self._turns, asked, outcome))
        self._asked.clear()

    def _ended(self, row: CallEnded) -> None:
        self.events += 1
        number = self._numbers.pop(row.number, None)
        if number is not None:  # else nobody asked for it here
            at_server = CallEnded(server=row.server, at=row.at, number=number, outcome=row.outcome)
            self._hand_on(self._engine.handle(at_server))
        else:
            self._hand_on(self._engine.advance(row.at))

    def _pass(self, until: Moment) -> None:
        """Lets time pass up to a row: deadlines and ends of calls, each at its own moment."""
        while True:
            deadline = self._engine.next_deadline()
            first = self._due[0].mono if self._due else inf
            mono = min(inf if deadline is None else deadline, first)
            if mono > until.mono or mono == until.mono != first:
                return  # a deadline at this very moment is met with the row
            at = Moment(mono, until.wall + (mono - until.mono))
            if first <= mono:
                due = heappop(self._due)
                end = CallEnded(
                    server=due.asked.call.server, at=at, number=due.asked.number, outcome=due.outcome
                )
                self._hand_on(self._engine.handle(end))
            else:
                self._hand_on(self._engine.advance(at))
            if self._asked:
                self._answer_alone()
