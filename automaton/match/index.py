"""Which of many patterns a line matches, found by one look-up for all of them.

RE2's filter looks for the literals that each pattern requires, and tries only the patterns whose literals
are in the line. A filter that is too full finds nothing and says nothing, so patterns are spread over
several, each is tried when it is built, and tests compare the index with every pattern by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import re2

from automaton.errors import Invalid
from automaton.match.pattern import Pattern, compile_pattern
from automaton.problem import Problem

LARGEST = 2_500
"""Patterns in one filter. Its automaton has 8 MB, which some 4,500 typical patterns of rules fill."""

# A filter whose automaton did not fit finds nothing at all, without an error; one that finds this works.
# No cleaned line contains it, for it has control characters.
_PROOF = "\x01\x02\x03"


class LineIndex:
    """Patterns by number, in the order given. Built once; immutable."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Raises Invalid for what is no RE2 pattern."""
        compiled = [compile_pattern(source) for source in patterns]
        self._shards = [
            shard
            for begin in range(0, len(patterns), LARGEST)
            for shard in _shards(compiled[begin : begin + LARGEST], begin)
        ]
        self.refused = 0
        """How many lines had half a surrogate pair, which RE2 does not take as text."""

    def hits(self, text: str) -> list[int]:
        """The numbers of all patterns found anywhere in the text, in ascending order."""
        try:
            encoded = text.encode()
        except UnicodeEncodeError:
            self.refused += 1
            return []
        if len(self._shards) == 1:
            return self._shards[0].hits(encoded)
        found: list[int] = []
        for shard in self._shards:
            found += shard.hits(encoded)
        return found


class _Shard:
    """One filter, for consecutive patterns from the number `begin` on."""

    __slots__ = ("_begin", "_count", "_filter")

    def __init__(self, patterns: Sequence[Pattern], begin: int) -> None:
        """Raises re2.error where they are too many for one."""
        self._begin = begin
        self._count = len(patterns)
        self._filter = re2.Filter()
        for pattern in patterns:
            self._filter.Add(pattern.source)
        self._filter.Add(_PROOF)
        self._filter.Compile()
        if self._count not in (self._filter.Match(_PROOF.encode()) or []):
            raise re2.error("the automaton of the literals does not fit")

    def hits(self, encoded: bytes) -> list[int]:
        found: list[int] | None = self._filter.Match(encoded)
        if found is None:
            return []
        if found[-1] == self._count:
            found.pop()
        return [self._begin + number for number in found] if self._begin else found


def _shards(patterns: Sequence[Pattern], begin: int) -> list[_Shard]:
    """As few filters as can hold the patterns: one, or those of the two halves."""
    try:
        return [_Shard(patterns, begin)]
    except re2.error:
        if len(patterns) == 1:
            message = "this pattern is too large to be looked for"
            raise Invalid(Problem(message, offset=0, found=f"`{patterns[0].source[:60]}`")) from None
        middle = len(patterns) // 2
        return _shards(patterns[:middle], begin) + _shards(patterns[middle:], begin + middle)
