"""Plays recordings to one judge or two, and keeps what each of them did."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from automaton.core.decision import Decision
from automaton.web.recording_format import RecordingHeader
from automaton.workbench.deeds import Summary
from automaton.workbench.judges import Judge
from automaton.workbench.playing import Player
from automaton.workbench.recordings import Answers, Part, answers_of, rows_of

Told = Callable[[Decision, str], object]
"""Is given a decision and the name that people know its key by."""


class Side:
    """One judge, and what came of it. `names` are those of the keys; `told` is given each decision.

    `by_the_same`: by the rules of the recordings. `is_exact`: nothing differed from what was recorded,
    too. `is_whole`: they began with their engine, so that nothing was known before.
    """

    def __init__(self, judge: Judge, told: Told | None = None) -> None:
        self.summary = Summary()
        self.names: dict[str, str] = {}
        self.events = 0
        self.by_the_same = True
        self.is_exact = True
        self.is_whole = True
        self._judge = judge
        self._told = told
        self._player: Player | None = None

    def begin(self, header: RecordingHeader, answers: Answers) -> Player:
        """A recording begins."""
        self.is_whole &= header.fresh
        limits = self._judge.limits_for(header.arm)
        self._player = Player(self._judge.book, limits, header, answers, self._take)
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


def play(parts: Sequence[Part], sides: Sequence[Side], step: Callable[[int], object]) -> None:
    """One recording, a row to all sides before the next. `step` is told how many bytes were read.

    Raises Refused where a row cannot be read.
    """
    takes = [side.begin(parts[0].header, answers_of(parts)).take for side in sides]
    if len(takes) == 1:
        take = takes[0]
        for row in rows_of(parts, step):
            take(row)
    else:
        for row in rows_of(parts, step):
            for take in takes:
                take(row)
    for side in sides:
        side.end()
