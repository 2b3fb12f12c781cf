"""Plays recordings by one set of rules or by two side by side, and keeps what each of them did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from automaton.core.decision import Decision
from automaton.errors import Refused
from automaton.web.recording_format import RecordingHeader, Row
from automaton.workbench.recording_reader import RecordedOutcomes, RecordingFile, read_outcomes, read_rows
from automaton.workbench.replay_diff import ReplaySummary
from automaton.workbench.replay_engine import ReplayEngine
from automaton.workbench.replay_rules import ReplayRules

AT_ONCE = 128
"""Rows that are read before the first of them is judged: lines are looked at together."""

OnDecision = Callable[[Decision, str], object]
"""Takes a decision, and its key with the name of the server."""


class ReplaySide:
    """One set of rules, and what came of it. `names` are by key.

    `has_same_rules`: they are those of all recordings. `is_exact`: besides, nothing differed from what was
    recorded. `is_from_start`: all began with their daemon, so that nothing was known before.
    """

    def __init__(self, rules: ReplayRules, on_decision: OnDecision | None = None) -> None:
        self.summary = ReplaySummary()
        self.names: dict[str, str] = {}
        self.events = 0
        self.has_same_rules = True
        self.is_exact = True
        self.is_from_start = True
        self._rules = rules
        self._on_decision = on_decision
        self._engine: ReplayEngine | None = None

    def begin(self, header: RecordingHeader, outcomes: RecordedOutcomes) -> ReplayEngine:
        """Begins a recording, with an engine of its own."""
        self.is_from_start &= header.fresh
        limits = self._rules.limits_for(header.arm)
        self._engine = ReplayEngine(self._rules.book, limits, header, outcomes, self._take)
        return self._engine

    def end(self) -> None:
        """Ends it, and adds what came of it to the rest."""
        if self._engine is not None:
            self.events += self._engine.events
            self.is_exact &= self._engine.is_exact
            self.has_same_rules &= self._engine.has_same_rules

    def _take(self, decision: Decision) -> None:
        name = self.names.get(decision.key)
        if name is None and self._engine is not None:
            name = self.names[decision.key] = self._engine.name_of(decision.key)
        self.summary.add(decision)
        if self._on_decision is not None:
            self._on_decision(decision, name or decision.key)


def play_recording(
    parts: Sequence[RecordingFile], sides: Sequence[ReplaySide], step: Callable[[int], object]
) -> None:
    """One recording, each row to all sides before the next. `step` is called with the bytes read since.

    Raises Refused where a row cannot be read.
    """
    try:
        engines = [side.begin(parts[0].header, read_outcomes(parts)) for side in sides]
    except Refused as problem:
        raise Refused(f"{parts[0].path}:1: {problem}") from None
    plays = [engine.play for engine in engines]
    for rows in _batches(read_rows(parts, step)):
        for engine in engines:
            engine.foresee(rows)
        for row in rows:
            for play in plays:
                play(row)
    for side in sides:
        side.end()


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Some rows at a time. What is wrong with one is raised when those before it are judged."""
    while True:
        some: list[Row] = []
        problem: Refused | None = None
        try:
            some.extend(islice(rows, AT_ONCE))
        except Refused as raised:
            problem = raised
        if some:
            yield some
        if problem is not None:
            raise problem
        if len(some) < AT_ONCE:
            return
