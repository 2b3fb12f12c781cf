"""Readings that come once a second: their phase is free within a second, and their number by one a run.

While a token is expired each is replaced by one bare `jwt error`, on both sides alike.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_STATE = re.compile(r'\\"state\\":\\"[a-z]*\\"')
STRAY = 1500.0  # a second of phase, and the half second that all answers have
EARLY = 500.0


@dataclass(frozen=True, slots=True)
class Tick:
    """One reading, or what stands for one. `number` is its row, 0 for what was played."""

    ms: float
    text: str
    state: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class States:
    """What was played: since when each state held, in order."""

    since: Sequence[tuple[float, str]]

    def held_near(self, ms: float, state: str) -> bool:
        """Whether it held at some moment to which the phase may have moved a reading."""
        before = [one for one in self.since if one[0] <= ms - STRAY][-1:]
        near = [one for one in self.since if ms - STRAY < one[0] <= ms + STRAY]
        return any(one[1] == state for one in [*before, *near])


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Readings of one run that differ by more than they may."""

    expected: Tick | None
    got: Tick | None
    why: str


def differing(
    expected: Sequence[Tick], got: Sequence[tuple[float, Tick]], runs: Sequence[float], states: States
) -> Iterator[Mismatch]:
    """The first mismatch of each run. `got` comes with its run, `runs` are the moments of their begin."""
    for place, run in enumerate(runs):
        theirs = [one for one in expected if _run_of(one.ms, runs) == place]
        ours = [tick for began, tick in got if began == run]
        found = _differing(theirs, ours, states)
        if found is not None:
            yield found
    lost = [one for one in expected if _run_of(one.ms, runs) < 0]
    if lost:
        yield Mismatch(lost[0], None, "did not come here")


def _run_of(ms: float, runs: Sequence[float]) -> int:
    return bisect_right(runs, ms + EARLY) - 1


def _differing(theirs: Sequence[Tick], ours: Sequence[Tick], states: States) -> Mismatch | None:
    if abs(len(theirs) - len(ours)) > 1:
        return Mismatch(
            theirs[-1] if theirs else None,
            ours[-1] if ours else None,
            f"{len(theirs)} readings in this run, and {len(ours)} here",
        )
    if not theirs or not ours:
        return None
    return min((_paired(theirs, ours, shift, states) for shift in (0, 1, -1)), key=_how_late)


def _how_late(mismatch: Mismatch | None) -> float:
    if mismatch is None:
        return float("-inf")
    ticks = [one.ms for one in (mismatch.expected, mismatch.got) if one is not None]
    return -min(ticks)


def _paired(theirs: Sequence[Tick], ours: Sequence[Tick], shift: int, states: States) -> Mismatch | None:
    """The first pair that does not fit, when the n-th of one is the n-th and `shift` of the other."""
    pairs = [(one, ours[n + shift]) for n, one in enumerate(theirs) if 0 <= n + shift < len(ours)]
    if len(theirs) + len(ours) - 2 * len(pairs) > 2:
        return Mismatch(theirs[0], ours[0], "another number of readings")
    for one, other in pairs:
        if abs(one.ms - other.ms) > STRAY:
            return Mismatch(one, other, "at another time")
        if one.text != other.text and not _may_be(one, ours, states):
            return Mismatch(one, other, "another reading")
    return None


def _may_be(one: Tick, ours: Sequence[Tick], states: States) -> bool:
    """A phase may put a reading on the other side of a change of state, or of a token's end."""
    if one.state and not states.held_near(one.ms, one.state):
        return False
    near = {tick.text for tick in ours if abs(tick.ms - one.ms) <= STRAY}
    return one.text in near or (bool(one.state) and any(_like(one.text, text) for text in near))


def _like(one: str, other: str) -> bool:
    """The same reading but for its state."""
    return _STATE.sub("", one) == _STATE.sub("", other)
