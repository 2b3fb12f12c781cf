"""Lines that come together, looked at together: nearly all of them concern nobody, and one search says so.

To ask RE2 takes longer than its answer, so many lines in one text are looked through in the time of a few.
Law: a line may be taken for one that concerns somebody, never the other way round. So less is asked for than
the patterns ask: of most rules' patterns the literals that they require, wherever these are
(`LineIndex.may_hit`); of the others, of a pack's and of its prefix, all but what stands beside them
(`_loosened`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

import re2

from automaton.match.glob import Glob
from automaton.match.index import LineIndex, fitting_set
from automaton.match.pattern import compile_pattern

AT_ONCE = 64
"""Lines in one search. Where one in a hundred concerns somebody, half of the searches find nobody."""

_PART = 8  # lines that are looked at together next
_FEW = AT_ONCE // _PART // 4
"""Parts that are taken apart; where there are more, `hear` has to look at most lines."""

# In one line of many, `^` and `$` are the begin and the end of the whole text. And where a prefix was cut
# off, what is asked of the place between two characters was asked of a begin.
_BEGIN, _END, _NOTHING = "(?m:^)", "(?m:$)", "(?:)"
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\(\?P?<\w+>|[$^]", re.DOTALL)
_LOOSE = {"$": _END, "\\z": _END, "\\b": _NOTHING, "\\B": _NOTHING}


class JointSearch:
    """What the lines of a pack are looked through for, many at once. Made by `joint_search`."""

    def __init__(self, words: Sequence[str], loose: re2.Set | None, rules: LineIndex) -> None:
        """`words` are folded, and tell people's words in the prefix; `loose` finds what `rules` may miss."""
        self._words = words
        self._loose = loose
        self._rules = rules

    def dull(self, lines: Sequence[str]) -> list[str]:
        """Those of the lines that certainly match nothing; a few of them may be missing."""
        found: list[str] = []
        for begin in range(0, len(lines), AT_ONCE):
            found += self._dull(lines[begin : begin + AT_ONCE])
        return found

    def _dull(self, lines: Sequence[str]) -> Iterable[str]:
        if not self._may_concern_somebody(lines):
            return lines
        parts = [lines[begin : begin + _PART] for begin in range(0, len(lines), _PART)]
        left = [part for part in parts if self._may_concern_somebody(part)]
        found = [part for part in parts if part not in left]
        if len(left) <= _FEW:
            found += [[line] for part in left for line in part if not self._may_concern_somebody([line])]
        return chain.from_iterable(found)

    def _may_concern_somebody(self, lines: Sequence[str]) -> bool:
        text = "\n".join(lines)
        if self._words:
            folded = text.casefold()
            if any(word in folded for word in self._words):
                return True
        try:
            encoded = text.encode()
        except UnicodeEncodeError:  # half a surrogate pair
            return True
        return (self._loose is not None and bool(self._loose.Match(encoded))) or self._rules.may_hit(encoded)


def joint_search(
    prefix: str | None, patterns: Sequence[str], told_by_prefix: Iterable[Sequence[Glob]], rules: LineIndex
) -> JointSearch | None:
    """For lines with this prefix, the `patterns` of their pack and those of the rules.

    `told_by_prefix` are the globs of each form of people's words that the prefix alone tells. None where any
    line might match, as far as can be said of many at once.
    """
    words = [max(map(_longest_word, globs), key=len, default="") for globs in told_by_prefix]
    sources = (*patterns, *rules.without_literal)
    loose = _loose_set(prefix or "", sources) if sources else None
    return JointSearch(words, loose, rules) if all(words) and (loose or not sources) else None


@lru_cache(maxsize=200)
def _loose_set(prefix: str, sources: tuple[str, ...]) -> re2.Set | None:
    """Finds lines with one of these patterns; kept, for packs stay as they are when rules are read anew."""
    if any("\\Q" in source for source in (prefix, *sources)):  # what follows that is no pattern
        return None
    return fitting_set("|".join(_alternatives(prefix, sources)))


def _alternatives(prefix: str, sources: Iterable[str]) -> Iterator[str]:
    """What finds each of the patterns in a line that may have a prefix."""
    before = f"{_BEGIN}(?:{_loosened(prefix, _BEGIN)})?"
    for source in sources:
        if compile_pattern(source).compilation.begins_the_line:
            yield f"{before}(?:{_loosened(source[1:], _NOTHING)})"
        else:
            yield f"(?:{_loosened(source, _NOTHING)})"


def _loosened(source: str, begin: str) -> str:
    """Finds all that the pattern does, in one of many lines; `begin` is what stands for its begin."""

    def loose(found: re.Match[str]) -> str:
        piece = found[0]
        if piece in ("^", "\\A"):
            return begin
        return "(?:" if piece.startswith("(") else _LOOSE.get(piece, piece)

    return _PIECE.sub(loose, source)


def _longest_word(glob: Glob) -> str:
    """The longest text that is in whatever the glob fits, folded."""
    return max(re.split(r"[*?]", glob.folded), key=len)
