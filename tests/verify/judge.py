"""Whether the simulator goes the way of a recording, on any course that Wings' chance allows.

A difference may only mean that chance fell otherwise: who is quicker, in which order frames that
came together are handled. So other courses are tried, before the first difference, until one agrees.
The play itself is told nothing of the answers: it is only asked again, with another luck.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from tests.verify.answers import SLACK, Said, answers, horizon
from tests.verify.compare import Difference, differences
from tests.verify.described import EGGS, Start, uuid_of
from tests.verify.inputs import Input, Opening, Saying, inputs
from tests.verify.play import TOGETHER, Luck, Play
from tests.verify.trace import NoTraceError, began, read

_UUID = re.compile(r"/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")

PLAYS = 80  # courses at most
INPUTS = 4  # that are looked back from a difference
FRACTIONS = (0.0, 0.5, 0.25, 0.75)  # of the second in which a recording began, where it does not say


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one recording went. `differences` are those of the course that came furthest, none if it passed."""

    name: str
    rows: int
    plays: int
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True)
class _Course:
    luck: Luck
    found: tuple[Difference, ...]

    @property
    def reached(self) -> tuple[float, int]:
        """How far it agrees, in ms, and with how few differences."""
        first = min((_moment(one) for one in self.found), default=float("inf"))
        return (first, -len(self.found))


def verify(path: Path) -> Verdict:
    """Raises NoTraceError for a file that holds no recording, or one of servers that are not known here."""
    rows = read(path)
    wall, is_exact = began(rows)
    said, told = answers(rows), inputs(rows)
    _refuse_strangers(told)
    judge = _Judge(told, said, horizon(rows))
    fractions = FRACTIONS[:1] if is_exact else FRACTIONS
    starts = [Start(wall + fraction, running) for fraction in fractions for running in (False, True)]
    best = judge.best(starts)
    return Verdict(path.name, len(rows), judge.plays, best.found)


def _refuse_strangers(told: Sequence[Input]) -> None:
    """Of another node's servers the simulator would answer 404 throughout, and that says nothing."""
    known = {uuid_of(letter) for letter in EGGS}
    paths = (one.path for one in told if isinstance(one, Opening))
    asked = {uuid for path in paths for uuid in _UUID.findall(path)}  # a short id is a test of its refusal
    if asked and not asked & known:
        raise NoTraceError(
            "it was recorded from a server that is none of the six which are known here, those of"
            " automaton's own recordings: it cannot be compared, and is no fault of your Wings"
        )


class _Judge:
    def __init__(self, told: Sequence[Input], said: Sequence[Said], end: float) -> None:
        self._told = told
        self._said = said
        self._end = end
        self._bursts = tuple(_bursts(told))
        self.plays = 0

    def best(self, starts: Sequence[Start]) -> _Course:
        """The course that comes furthest."""
        best = self._course(Luck(starts[0]))
        for start in starts[1:]:
            if not best.found:
                return best
            best = max(best, self._course(Luck(start)), key=lambda course: course.reached)
        while best.found and self.plays < PLAYS:
            better = self._better(best)
            if better is None:
                break
            best = better
        return best

    def _better(self, than: _Course) -> _Course | None:
        for luck in self._others(than):
            if self.plays >= PLAYS:
                return None
            course = self._course(luck)
            if course.reached > than.reached:
                return course
        return None

    def _others(self, course: _Course) -> Iterator[Luck]:
        """The same luck up to shortly before the first difference, and another from there."""
        first = course.reached[0]
        places = [one.place for one in self._told if one.ms <= first + SLACK][-INPUTS:]
        for seed in range(1, PLAYS):
            for place in reversed(places):
                if seed != course.luck.seeds.get(place, 0):
                    yield replace(course.luck, seeds={**course.luck.seeds, place: seed})

    def _course(self, luck: Luck) -> _Course:
        self.plays += 1
        heard = Play(self._told, luck).until(self._end + SLACK)
        return _Course(luck, tuple(differences(self._said, heard, self._bursts)))


def _moment(one: Difference) -> float:
    return one.ms if one.got_ms is None else min(one.ms, one.got_ms)


def _bursts(told: Sequence[Input]) -> Iterator[float]:
    """When several commands were sent in one go."""
    for before, after in pairwise(told):
        match before, after:
            case Saying(), Saying() if after.conn == before.conn and after.ms - before.ms <= TOGETHER:
                if all('"send command"' in one.text for one in (before, after)):
                    yield before.ms
