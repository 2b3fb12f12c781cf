r"""What a pattern's bounded repeats may cost on a line that was made for it; by counting, not by a clock.

RE2 takes linear time, and what a character takes grows with the places of a repeat at which a match may be at
once. `x.{1,100}y` has a hundred of them, for each `x` of the last hundred characters begins anew, and so many
that differ that none is met twice: 20 ms for 8 kB. `.*` has one. Law: where it is not certain that there are
few, there are many; `^x.{1,100}y` and `: \w{1,100} ` have one place at a time, and that is seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from automaton.match.pattern_parts import ALPHABET, DEEPEST, GroupsTooDeep, PatternPart, first_of, parts_of
from automaton.problem import Problem

LINE = 8192
"""Characters of the line; no cleaned line has more than half of it."""

MOST_STEPS = 14 * LINE
"""Fourteen places on each character of a line: some 3 ms, for a place takes about 30 ns."""

_HAS_REPEATS = re.compile(r"\{|(\\\w|[.\])])\1{9}")  # also such as are written out, `..........`


Chain = tuple[frozenset[str], ...]
"""What must be directly before a place, one class of characters after the other."""


@dataclass(frozen=True, slots=True)
class _Point:
    """Where two parts of a pattern meet.

    `entries`: at how many characters in a row a match may be there. `before`: what it must have passed last,
    by each of the ways to it. `run`: where it is there at each character of one stretch, what those are: of
    the whole line, before any of a pattern without `^`.
    """

    entries: int
    before: tuple[Chain, ...] = ((),)
    run: frozenset[str] | None = None
    shortest: int = 0
    longest: int = LINE

    def joined(self, other: _Point) -> _Point:
        """Where either may have come from."""
        before = tuple(dict.fromkeys((*self.before, *other.before)))
        return _Point(
            self.entries + other.entries,
            before if len(before) <= _MOST_WAYS else ((),),
            ANY if ANY in (self.run, other.run) else self.run if self == other else None,
            min(self.shortest, other.shortest),
            max(self.longest, other.longest),
        ).bounded()

    def passed(self, chars: frozenset[str]) -> _Point:
        """Behind one character more."""
        run = self.run if self.run not in (None, ANY) and self.run <= chars else None
        before = tuple((*chain, chars) for chain in self.before)
        return _Point(self.entries, before, run, self.shortest + 1, min(LINE, self.longest + 1))

    def bounded(self) -> _Point:
        """With no more entries than there are characters at which it can be met."""
        return replace(self, entries=max(1, min(self.entries, self.longest - self.shortest + 1, LINE)))

    def begins_anew(self, chars: frozenset[str]) -> bool:
        """Whether what was held by these characters is over when it is there once more."""
        return all(any(one.isdisjoint(chars) for one in chain) for chain in self.before)


_DEEPEST_REPEAT = 6  # groups that are repeated inside of each other: each is gone through twice
ANY: Final = frozenset(ALPHABET)
_MOST_WAYS = 64
_AT_THE_BEGIN = _Point(1, ((frozenset(),),), longest=0)  # nothing is before it, so it is there once


def repeat_steps(source: str) -> int:
    """How many places its bounded repeats may have on all characters of a line, added up, at the most."""
    parsed = parts_of(source)
    everywhere, once = _Counter(), _Counter()
    everywhere.alternatives(parsed, _Point(LINE, run=ANY), frozenset(), ends=True)
    # And from where the first match begins, for of that the longest is looked for.
    once.alternatives(parsed, _AT_THE_BEGIN, frozenset(), ends=False)
    return max(everywhere.steps, once.steps)


@lru_cache(maxsize=10_000)
def costly_repeat(source: str) -> Problem | None:
    """What to say of a pattern that may take more than MOST_STEPS; None of any other."""
    try:
        steps = repeat_steps(source) if _HAS_REPEATS.search(source) else 0
    except GroupsTooDeep:
        message = (
            f"groups stand too deep inside each other: {DEEPEST}, or {_DEEPEST_REPEAT} that are repeated"
        )
        return Problem(message, offset=0, expected="a pattern of fewer groups")
    if steps <= MOST_STEPS:
        return None
    found = re.search(r"\{\d*,?\d+\}", source)
    places, most, milliseconds = -(-steps // LINE), MOST_STEPS // LINE, steps * 30 // 1_000_000
    message = (
        f"somebody can print a line of 8 kB on which this pattern takes some {milliseconds} ms: its counted"
        f" repeats may begin {places:,} times before one of them ends, and {most} times is the most"
    )
    instead = "`*` or `+` in the place of the numbers, or a `^` at the beginning of the pattern"
    return Problem(
        message,
        offset=found.start() if found else 0,
        found=f"`{found[0]}`" if found else "",
        expected=instead,
    )


class _Counter:
    """Goes through a pattern from left to right, and adds up the places of its repeats."""

    def __init__(self) -> None:
        self.steps = 0
        self._times = 1  # how often a repeat around all this has it
        self._depth = 0  # of repeats inside of each other; each is gone through twice

    def alternatives(
        self, several: Sequence[Sequence[PatternPart]], at: _Point, follow: frozenset[str], *, ends: bool
    ) -> _Point:
        """Where they end, if they begin there. `follow` may come next; if `ends`, nothing must."""
        ended = [self._sequence(nodes, at, follow, ends=ends) for nodes in several]
        point = ended[0]
        for other in ended[1:]:
            point = point.joined(other)
        return point

    def _sequence(
        self, nodes: Sequence[PatternPart], at: _Point, follow: frozenset[str], *, ends: bool
    ) -> _Point:
        for place, node in enumerate(nodes):
            rest = nodes[place + 1 :]
            ends_here = ends and all(one.is_optional for one in rest)
            if node.is_begin:
                at = _AT_THE_BEGIN
            elif node.alternatives:
                at = self._group(node, at, first_of(rest, follow), ends=ends_here)
            else:
                at = self._characters(node, at, first_of(rest, follow), ends=ends_here)
        return at

    def _characters(self, node: PatternPart, at: _Point, follow: frozenset[str], *, ends: bool) -> _Point:
        # At its end a pattern has found what it looks for as soon as there is enough of it.
        enough = node.least if ends or node.most is None else node.most
        if enough > 1:
            self._count(enough, at, node.chars)
        if ends and at.entries > 1 and node.most is not None and node.most > 1:
            # Then it is followed to its end, and back to its begin.
            self.steps += 2 * (self._times * node.most) ** 2
        if node.least == node.most == 1:
            return at.passed(node.chars)
        run = node.chars if at.entries == 1 else None
        longest = LINE if node.most is None else min(LINE, at.longest + node.most)
        ended = _Point(at.entries, ((node.chars,),), run, at.shortest + node.least, longest)
        return self._left(node, at, ended, follow)

    def _group(self, node: PatternPart, at: _Point, follow: frozenset[str], *, ends: bool) -> _Point:
        if node.most == 1:
            ended = self.alternatives(node.alternatives, at, follow, ends=ends)
            return self._left(node, at, ended, follow)
        self._depth += 1
        if self._depth > _DEEPEST_REPEAT:
            raise GroupsTooDeep
        again = follow | node.first()
        once = self._inner().alternatives(node.alternatives, at, again, ends=False)
        growth = -(-once.entries // at.entries)
        entries = at.entries if growth <= 1 else min(LINE, at.entries * growth ** min(node.most or LINE, 20))
        enter = replace(at.joined(once), entries=entries)
        times, self._times = self._times, self._times * (node.most or max(1, node.least))
        ended = self.alternatives(node.alternatives, enter, again, ends=False)
        if entries > 1 and at.run is not ANY:
            self.steps += self._times * min(LINE, entries + self._times)
        self._times = times
        self._depth -= 1
        length = ended.longest - enter.shortest
        longest = LINE if node.most is None else min(LINE, at.longest + node.most * length)
        ended = replace(ended, entries=entries, shortest=at.shortest, longest=longest)
        return self._left(node, at, ended, follow)

    def _inner(self) -> _Counter:
        """One that counts what is in a repeat, and whose steps are not counted."""
        inner = _Counter()
        inner._depth = self._depth
        return inner

    def _left(self, node: PatternPart, at: _Point, ended: _Point, follow: frozenset[str]) -> _Point:
        """Where a part is left that was entered at one point, and of which one ends at another."""
        if node.least == node.most:
            return ended
        joined = at.joined(ended) if node.least == 0 else ended
        run = joined.run if node.alternatives or joined.run is not None else ended.run
        if node.first().isdisjoint(follow):  # it is left where it can go on no further, and nowhere else
            return replace(joined, entries=max(at.entries, ended.entries), run=run if run is ANY else None)
        ways = LINE if node.most is None else node.most - node.least + 1
        return replace(joined, entries=ended.entries * ways, run=run).bounded()

    def _count(self, most: int, at: _Point, chars: frozenset[str]) -> None:
        if at.run is not None:  # then its places are all from one to another, and the same again and again
            self.steps += (self._times * most) ** 2
        elif at.entries > 1 and not at.begins_anew(chars):
            self.steps += self._times * min(at.entries, most) * min(LINE, at.entries + most)
