"""Which of many patterns a line matches, found by a few look-ups for all of them.

Most patterns require a literal: RE2's filter looks for the literals of all at once, and tries only the
patterns whose literals are in the line. It would try those without one on every line, so where there are
many of them they are read together, as sets. Law: what does not fit finds nothing and says nothing, so each
filter and set is tried when it is built, and tests compare the index with every pattern by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import re2

from automaton.errors import Invalid
from automaton.match.pattern import Pattern, compile_pattern
from automaton.problem import Problem

LARGEST_FILTER = 2_500
"""Patterns in one filter. Its automaton has 8 MB, which some 4,500 typical patterns of rules fill."""

LARGEST_SET = 2_000
"""Instructions of the patterns in one set. Its automaton is made as lines come, of states that are sets of
them. With twice as many, some lines have it thrown away and made again all the time, and take 0.2 ms each."""

ANYWHERE, AT_THE_BEGINNING = range(4, 31), range(12, 201)
"""How many patterns are worth a set, by where in a line they may be found, and how many are the most. A set
takes as long as some three that are tried, and as ten that are over after the first characters of a line."""

# What does not fit finds nothing at all, without an error; what finds this works. No cleaned line contains
# it, for it has control characters.
_PROOF = "\x01\x02\x03"

Kind = Callable[[object], re2.Set]
"""`SearchSet` or `MatchSet`."""

_QUIET = re2.Options()
_QUIET.log_errors = False


@dataclass(frozen=True, slots=True)
class _LookUp:
    """Finds some of the patterns: `match` returns their places in `numbers`, or None where there are none."""

    match: Callable[..., list[int] | None]
    numbers: Sequence[int]


class LineIndex:
    """Patterns by number, in the order given. Built once; immutable."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Raises Invalid for what is no RE2 pattern."""
        compiled = [compile_pattern(source) for source in patterns]
        alone = [one for one, pattern in enumerate(compiled) if pattern.compilation.has_literal]
        sets: list[_LookUp] = []
        for kind, worth, numbers in _without_literal(compiled):
            for some in _chunks(compiled, numbers, worth.stop - 1):
                if len(some) in worth:
                    sets += _fitting(partial(_set, kind), compiled, some)
                else:
                    alone += some
        filters = list(_filters(compiled, alone))
        look_ups = [*filters, *sets]
        self._look_ups = tuple((one.match, one.numbers) for one in look_ups)  # without names: for every line
        literal = [pattern.compilation.has_literal for pattern in compiled]
        # With how many it would try on every line, for they have no literal.
        self._filters = [(one.match, sum(not literal[number] for number in one.numbers)) for one in filters]
        self.without_literal = tuple(
            source for source, has_one in zip(patterns, literal, strict=True) if not has_one
        )
        """The patterns of which `may_hit` says nothing."""
        self.refused = 0
        """How many lines had half a surrogate pair, which RE2 does not take as text."""

    def hits(self, text: str) -> list[int]:
        """The numbers of all patterns found anywhere in the text, in ascending order."""
        try:
            encoded = text.encode()
        except UnicodeEncodeError:
            self.refused += 1
            return []
        found: list[int] = []
        for match, numbers in self._look_ups:
            places = match(encoded)
            if places is not None:
                found += [numbers[place] for place in places if place < len(numbers)]  # the proof is the last
        if len(found) > 1:
            found.sort()
        return found

    def may_hit(self, text: bytes) -> bool:
        """Whether a pattern may be in one of the lines of a text: whether all of its literals are in that."""
        for match, tried in self._filters:  # nearly always one
            found = match(text, True)
            if found is not None and len(found) > tried:
                return True
        return False


def fitting_set(pattern: str) -> re2.Set | None:
    """A set that finds this pattern; None where it does not fit."""
    try:
        made = _set(re2.Set.SearchSet, [pattern, _PROOF])
    except re2.error:
        return None
    return made if 1 in (made.Match(_PROOF.encode()) or ()) else None


def _without_literal(patterns: Sequence[Pattern]) -> Iterator[tuple[Kind, range, list[int]]]:
    """The numbers of those without a literal, by where in a line they may be found."""
    numbers = [one for one, pattern in enumerate(patterns) if not pattern.compilation.has_literal]
    with_line = {one for one in numbers if patterns[one].compilation.begins_the_line}
    yield re2.Set.SearchSet, ANYWHERE, [one for one in numbers if one not in with_line]
    yield re2.Set.MatchSet, AT_THE_BEGINNING, [one for one in numbers if one in with_line]


def _filters(patterns: Sequence[Pattern], numbers: Sequence[int]) -> Iterator[_LookUp]:
    for begin in range(0, len(numbers), LARGEST_FILTER):
        yield from _fitting(_filter, patterns, numbers[begin : begin + LARGEST_FILTER])


def _chunks(patterns: Sequence[Pattern], numbers: Sequence[int], most: int) -> Iterator[list[int]]:
    """As few as sets can hold."""
    chosen: list[int] = []
    size = 0
    for number in numbers:
        length = patterns[number].compilation.length
        if chosen and (size + length > LARGEST_SET or len(chosen) == most):
            yield chosen
            chosen, size = [], 0
        chosen.append(number)
        size += length
    if chosen:
        yield chosen


def _fitting(
    build: Callable[[Sequence[str]], re2.Filter | re2.Set],
    patterns: Sequence[Pattern],
    numbers: Sequence[int],
) -> Iterator[_LookUp]:
    """One look-up for all, or those of the two halves where they are too many."""
    try:
        made = build([*(patterns[number].source for number in numbers), _PROOF])
        if len(numbers) not in (made.Match(_PROOF.encode()) or []):
            raise re2.error("the automaton does not fit")
    except re2.error:
        if len(numbers) == 1:
            message = "this pattern is too large to be looked for"
            source = patterns[numbers[0]].source
            raise Invalid(Problem(message, offset=0, found=f"`{source[:60]}`")) from None
        middle = len(numbers) // 2
        yield from _fitting(build, patterns, numbers[:middle])
        yield from _fitting(build, patterns, numbers[middle:])
    else:
        yield _LookUp(made.Match, tuple(numbers))


def _filter(sources: Sequence[str]) -> re2.Filter:
    made = re2.Filter()
    for source in sources:
        made.Add(source)
    made.Compile()
    return made


def _set(kind: Kind, sources: Sequence[str]) -> re2.Set:
    made = kind(_QUIET)
    for source in sources:
        made.Add(source)
    made.Compile()
    return made
