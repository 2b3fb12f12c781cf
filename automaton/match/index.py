"""Which of many patterns does a line concern: one look for all of them.

RE2's filter finds the literals that a pattern cannot do without, and asks only the patterns whose
literals are there. A rules daemon may be slow, never deaf: what a filter cannot hold goes into another
one, each proves itself when it is built, and tests compare the whole with every pattern alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import re2

from automaton.errors import Invalid
from automaton.match.pattern import Pattern, compile_pattern
from automaton.problem import Problem

LARGEST = 2_500
"""Patterns in one filter. Its automaton has 8 MB: some 4,500 patterns of rules' shapes fill it."""

# In no cleaned line, for it has control characters. A filter whose automaton did not fit finds nothing
# at all, and says nothing: one that finds this works.
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
        """How many lines were no text: half a surrogate pair stands in them."""

    def hits(self, text: str) -> list[int]:
        """The numbers of all patterns that are found anywhere in the text, rising."""
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
    """A run of patterns in one filter, from the number `begin` on."""

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
    """As few filters as hold them: one, or those of the two halves."""
    try:
        return [_Shard(patterns, begin)]
    except re2.error:
        if len(patterns) == 1:
            message = "this pattern is too large to be looked for"
            raise Invalid(Problem(message, offset=0, found=f"`{patterns[0].source[:60]}`")) from None
        middle = len(patterns) // 2
        return _shards(patterns[:middle], begin) + _shards(patterns[middle:], begin + middle)
