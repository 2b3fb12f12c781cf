"""Lines that come together, looked at together: nearly all of them concern nobody, and one search says so.

To ask RE2 takes longer than its answer, so many lines in one text are looked through in the time of a few.
Law: a line may be taken for one that concerns somebody, never the other way round. So less is asked for than
the patterns ask: of most rules' patterns the literals that they require, wherever these are
(`LineIndex.may_hit`); of the others, of a pack's and of its prefix, all but what stands beside them
(`_loosened`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
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


Question = Callable[[str, bytes], bool]
"""Whether some lines, as one text and as its bytes, may concern somebody for one reason."""


class JointSearch:
    """What the lines of a pack are looked through for, many at once. Made by `joint_search`."""

    def __init__(self, words: Sequence[str], loose: re2.Set | None, rules: LineIndex) -> None:
        """`words` are folded, and tell people's words in the prefix; `loose` finds what `rules` may miss."""
        # None of them holds this search: who replaces the rules lets all that RE2 keeps for them go at once.
        self._questions: list[Question] = [lambda _, encoded: rules.may_hit(encoded)]
        if words:
            self._questions.append(lambda text, _: _may_be_said(words, text))
        if loose is not None:
            self._questions.append(lambda _, encoded: bool(loose.Match(encoded)))

    def dull(self, lines: Sequence[str]) -> list[str]:
        """Those of the lines that certainly match nothing; a few of them may be missing."""
        found: list[str] = []
        for begin in range(0, len(lines), AT_ONCE):
            found += self._dull(lines[begin : begin + AT_ONCE])
        return found

    def _dull(self, lines: Sequence[str]) -> Iterable[str]:
        open_ones = _open(self._questions, lines)
        if not open_ones:
            return lines
        if len(lines) <= _PART:  # to be heard alone takes them no longer
            return ()
        parts = [lines[begin : begin + _PART] for begin in range(0, len(lines), _PART)]
        # What all lines together answer with no is not asked of some of them again.
        asked = [(part, _open(open_ones, part)) for part in parts]
        found = [part for part, left in asked if not left]
        if len(parts) - len(found) <= _FEW:
            found += [[line] for part, left in asked if left for line in part if not _open(left, [line])]
        return chain.from_iterable(found)


def _may_be_said(words: Sequence[str], text: str) -> bool:
    folded = text.casefold()
    return any(word in folded for word in words)


def _open(questions: list[Question], lines: Sequence[str]) -> list[Question]:
    """Those of the questions that these lines, looked at as one text, do not answer with no."""
    text = "\n".join(lines)
    try:
        encoded = text.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return questions
    return [question for question in questions if question(text, encoded)]


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
