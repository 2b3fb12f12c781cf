r"""A pattern taken apart: which characters stand after one another, how often, and what may stand instead.

Enough to count what its repeats cost (`repeat_cost.py`); names of groups and whether a repeat is greedy are
left out. Characters are those of a small alphabet, and those that the pattern has by itself: two classes that
share one of these overlap.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import re2

ALPHABET = "".join(map(chr, [9, *range(32, 127)])) + "é§»ßЖ中あ한ا€️😀"
_TOKEN = re.compile(
    r"(?P<atom>\\[pP](?:\{\^?\w+\}|\w)|\\x(?:\{[0-9A-Fa-f]+\}|[0-9A-Fa-f]{2})|\\[^AzbB]"
    r"|\[\^?\]?(?:\\[pP]\{\^?\w+\}|\\.|\[:\^?\w+:\]|[^\]\\])*\]|[^\\()|^$*+?])"
    r"|(?P<flags>\(\?[A-Za-z-]+\))|(?P<open>\((?:\?(?:P?<\w+>|[A-Za-z-]*:))?)|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<begin>\^|\\A)|(?P<empty>\$|\\[zbB])",
    re.DOTALL,
)
_QUOTED = re.compile(r"(\\[^Q])|\\Q(.*?)(?:\\E|$)", re.DOTALL)
_QUIET = re2.Options()
_QUIET.log_errors = False
_REPEAT = re.compile(r"(?:\{(\d+)(?:(,)(\d*))?\}|([*+?]))\??")

_CODED = re.compile(r"\\x(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))")

DEEPEST = 50
"""Groups inside of each other."""


class GroupsTooDeep(Exception):
    """Groups stand too deep inside each other."""


@dataclass(frozen=True, slots=True)
class PatternPart:
    """A class of characters, or alternatives of sequences; `least` to `most` of it, None without a bound."""

    chars: frozenset[str] = frozenset()
    alternatives: tuple[tuple[PatternPart, ...], ...] = ()
    least: int = 1
    most: int | None = 1
    is_begin: bool = False

    @property
    def is_optional(self) -> bool:
        """Whether it may be empty."""
        if self.least == 0 or self.is_begin:
            return True
        return any(all(node.is_optional for node in nodes) for nodes in self.alternatives)

    def first(self) -> frozenset[str]:
        """The characters with which it may begin."""
        return self.chars.union(*(first_of(nodes, frozenset()) for nodes in self.alternatives))


def parts_of(source: str) -> tuple[tuple[PatternPart, ...], ...]:
    """The alternatives of a pattern that RE2 takes. Raises GroupsTooDeep."""
    return _Parser(_QUOTED.sub(_unquoted, source)).alternatives()


def first_of(nodes: Sequence[PatternPart], follow: frozenset[str]) -> frozenset[str]:
    """The characters that may come first, if `follow` come after all."""
    found: frozenset[str] = frozenset()
    for node in nodes:
        found |= node.first()
        if not node.is_optional:
            return found
    return found | follow


class _Parser:
    """Reads a pattern that RE2 takes, from left to right."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._more = _own_characters(source)
        self._at = 0
        self._depth = 0

    def alternatives(self) -> tuple[tuple[PatternPart, ...], ...]:
        """All up to the end of a group or of the pattern."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise GroupsTooDeep
        found = [self._sequence()]
        while self._source.startswith("|", self._at):
            self._at += 1
            found.append(self._sequence())
        self._at += 1  # the bracket
        self._depth -= 1
        return tuple(found)

    def _sequence(self) -> tuple[PatternPart, ...]:
        nodes: list[PatternPart] = []
        while self._at < len(self._source) and self._source[self._at] not in "|)":
            token = _TOKEN.match(self._source, self._at)
            if token is None:  # a repeat of nothing, which RE2 takes for a few signs
                self._at += 1
                continue
            self._at = token.end()
            if token["flags"] or token["empty"]:
                _ = self._repeated(PatternPart())
                continue
            node = self._repeated(self._node(token))
            before = nodes[-1] if nodes else None
            if before is not None and before.chars == node.chars and len(node.chars) > 1:
                nodes[-1] = _run(before, node)  # `...` is `.{3}`
            else:
                nodes.append(node)
        return tuple(nodes)

    def _node(self, token: re.Match[str]) -> PatternPart:
        if token["begin"]:
            return PatternPart(is_begin=True)
        if token["open"]:
            return PatternPart(alternatives=self.alternatives())
        return PatternPart(chars=_chars(token[0], self._more))

    def _repeated(self, node: PatternPart) -> PatternPart:
        found = _REPEAT.match(self._source, self._at)
        if found is None:
            return node
        self._at = found.end()
        if found[4]:
            return replace(node, least=int(found[4] == "+"), most=1 if found[4] == "?" else None)
        least = int(found[1])
        most = least if not found[2] else int(found[3]) if found[3] else None
        return replace(node, least=least, most=most)


def _run(one: PatternPart, other: PatternPart) -> PatternPart:
    """Two parts of the same characters as one."""
    most = None if one.most is None or other.most is None else one.most + other.most
    return replace(one, least=one.least + other.least, most=most)


@lru_cache(maxsize=1000)
def _chars(atom: str, more: str) -> frozenset[str]:
    """Which characters of the alphabet, and of some more, a class has, with both cases or without."""
    if len(atom) == 1 and atom != ".":
        return frozenset((atom, atom.swapcase()))
    found: set[str] = set()
    for flags in ("(?s)", "(?is)"):
        found.update(re2.findall(flags + atom, ALPHABET + more, _QUIET))
    return frozenset(found) or frozenset(ALPHABET + more)  # what has none of these may overlap with any


def _own_characters(source: str) -> str:
    """Those that stand in a pattern and are not ASCII, as they are or by their number."""
    coded = [int(one or other, 16) for one, other in _CODED.findall(source)]
    found = {*source, *(chr(number) for number in coded if number <= 0x10FFFF)}
    return "".join(sorted(char for char in found if not char.isascii() and not "\ud800" <= char <= "\udfff"))


def _unquoted(quoted: re.Match[str]) -> str:
    return quoted[1] or "".join(map(str, re2.escape(quoted[2])))
