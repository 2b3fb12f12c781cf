"""Plays recordings to one judge or two, and keeps what each of them did."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from automaton.core.decision import Decision
from automaton.web.recorded import Header
from automaton.workbench.recording_reader import RecordedOutcomes, RecordingFile, read_outcomes, read_rows
from automaton.workbench.replay_diff import ReplaySummary
from automaton.workbench.replay_engine import ReplayEngine
from automaton.workbench.replay_rules import ReplayRules

OnDecision = Callable[[Decision, str], object]
"""Is given a decision and the name that people know its key by."""


class ReplaySide:
    """One judge, and what came of it. `names` are those of the keys; `told` is given each decision.

    `by_the_same`: by the rules of the recordings. `is_exact`: nothing differed from what was recorded,
    too. `is_whole`: they began with their engine, so that nothing was known before.
    """

    def __init__(self, judge: ReplayRules, told: OnDecision | None = None) -> None:
        self.summary = ReplaySummary()
        self.names: dict[str, str] = {}
        self.events = 0
        self.by_the_same = True
        self.is_exact = True
        self.is_whole = True
        self._judge = judge
        self._told = told
        self._player: ReplayEngine | None = None

    def begin(self, header: Header, answers: RecordedOutcomes) -> ReplayEngine:
        """A recording begins."""
        self.is_whole &= header.fresh
        limits = self._judge.limits_for(header.arm)
        self._player = ReplayEngine(self._judge.book, limits, header, answers, self._take)
        return self._player

    def end(self) -> None:
        """The recording is over."""
        if self._player is not None:
            self.events += self._player.events
            self.is_exact &= self._player.is_exact
            self.by_the_same &= self._player.by_the_same

    def _take(self, decision: Decision) -> None:
        name = self.names.get(decision.key)
        if name is None and self._player is not None:
            name = self.names[decision.key] = self._player.name_of(decision.key)
        self.summary.take(decision)
        if self._told is not None:
            self._told(decision, name or decision.key)


def play_recording(
    parts: Sequence[RecordingFile], sides: Sequence[ReplaySide], step: Callable[[int], object]
) -> None:
    """One recording, a row to all sides before the next. `step` is told how many bytes were read.

    Raises Refused where a row cannot be read.
    """
    takes = [side.begin(parts[0].header, read_outcomes(parts)).take for side in sides]
    if len(takes) == 1:
        take = takes[0]
        for row in read_rows(parts, step):
            take(row)
    else:
        for row in read_rows(parts, step):
            for take in takes:
                take(row)
    for side in sides:
        side.end()
