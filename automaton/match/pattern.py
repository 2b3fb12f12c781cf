r"""One RE2 pattern: linear in the length of the line, whatever the pattern and whoever wrote the line.

RE2's `\w`, `\d`, `\s` and `\b` are ASCII, and stay so: a name with other letters is `[^ ]+` or `\pL+`.
What RE2 lacks is refused with its name and a way to do without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import re2

# The wrapper around it is Python, and takes longer than RE2 does for a line.
from re2._re2 import RE2

from automaton.core.stable_names import stable_name
from automaton.errors import Invalid
from automaton.match.pattern_errors import explain_pattern
from automaton.match.re2_types import Re2Core, Re2Pattern
from automaton.problem import Problem

MAX_LENGTH = 2000

# Not behind a backslash, unless that is escaped itself.
_GROUP = re.compile(r"(?<!\\)((?:\\\\)*)\(\?P<(\w+)>")

_ONE_CHARACTER = re.compile(r"\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]", re.DOTALL)
_FLAGS = re.compile(r"\(\?[A-Za-z-]+\)")
_INNERMOST = re.compile(r"\([^()]*\)")

_QUIET = re2.Options()
_QUIET.log_errors = False
_QUIET_BYTES = re2.Options()
_QUIET_BYTES.log_errors = False
_QUIET_BYTES.encoding = re2.Options.Encoding.LATIN1
_ANYWHERE, _AT_THE_BEGINNING = RE2.Anchor.UNANCHORED, RE2.Anchor.ANCHOR_START


class Compilation:
    """What RE2 made of a pattern, each when it is first needed.

    `plain` finds the same in bytes, for lines in ASCII, which most are: for a text, RE2's binding counts the
    characters before each match, which takes twice as long as finding it. It is None where the pattern
    itself is not ASCII.
    """

    def __init__(self, source: str) -> None:
        self._source = source

    @cached_property
    def compiled(self) -> Re2Pattern:
        """Over text. Raises Invalid with an offset, and in `expected` a way to do without."""
        try:
            made: Re2Pattern = re2.compile(self._source, _QUIET)
        except re2.error as error:
            raise Invalid(explain_pattern(self._source, error)) from None
        except UnicodeEncodeError as error:
            raise Invalid(Problem("half a character", offset=error.start)) from None
        return made

    @cached_property
    def plain(self) -> Re2Core | None:
        """Over bytes."""
        return _in_bytes(self._source)

    @cached_property
    def ender(self) -> Re2Core | None:
        """Over bytes, without its named groups: where a match ends is found faster than what is in it."""
        return _in_bytes(_GROUP.sub(r"\1(?:", self._source)) if self._source.isascii() else None

    @cached_property
    def length(self) -> int:
        """How many instructions RE2 made of it: what a line takes at the worst grows with it."""
        return self.compiled.programsize

    @cached_property
    def has_literal(self) -> bool:
        """Whether RE2's filter knows a text without which it is nowhere found."""
        alone = re2.Filter()
        alone.Add(self._source, _QUIET)
        alone.Compile()
        return not alone.Match(b"", True)

    @cached_property
    def begins_the_line(self) -> bool:
        """Whether it certainly is found at the beginning of a line alone; False where that is not obvious."""
        return _begins_the_line(self._source)

    @cached_property
    def numbers(self) -> tuple[tuple[str, int], ...]:
        """The numbers of its named groups."""
        return tuple(self.compiled.groupindex.items())


class Captured(Mapping[str, str | None]):
    """The named groups at the beginning of a text, found when one is first read: of most lines none is."""

    __slots__ = ("_found", "_pattern", "_text")

    def __init__(self, pattern: Pattern, text: str) -> None:
        """The pattern must match at the beginning of the text."""
        self._pattern = pattern
        self._text = text
        self._found: Mapping[str, str | None] | None = None

    def __getitem__(self, name: str) -> str | None:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())  # always in one order, as a replay must be

    def __len__(self) -> int:
        return len(self._pattern.groups)

    def __repr__(self) -> str:
        return repr(dict(self))

    def _all(self) -> Mapping[str, str | None]:
        if self._found is None:
            self._found = self._pattern.begin(self._text) or {}
        return self._found


@stable_name("Pattern")
@dataclass(frozen=True, slots=True)
class Pattern:
    """`groups` are the names of its groups. Equal and hashed by its source."""

    source: str
    groups: frozenset[str] = field(compare=False, repr=False)
    compilation: Compilation = field(compare=False, repr=False)
    origin: object = field(default=None, compare=False, repr=False)

    def find(self, text: str) -> Mapping[str, str | None] | None:
        """The named groups of the first match anywhere in the text, None without one.

        A group that took no part is None.
        """
        plain = self.compilation.plain
        if plain is not None and text.isascii():
            return self._named(plain.Match(_ANYWHERE, text.encode(), 0, len(text)), text)
        try:
            found = self.compilation.compiled.search(text)
        except UnicodeEncodeError:  # half a surrogate pair: not text, so no match
            return None
        return None if found is None else found.groupdict()

    def cut(self, text: str) -> tuple[str, Mapping[str, str | None]] | None:
        """The text after a match at its beginning, and the named groups; None without a match."""
        ender = self.compilation.ender
        if ender is not None and text.isascii():
            end = ender.Match(_AT_THE_BEGINNING, text.encode(), 0, len(text))[0][1]
            return None if end < 0 else (text[end:], Captured(self, text))
        try:
            found = self.compilation.compiled.match(text)
        except UnicodeEncodeError:
            return None
        return None if found is None else (text[found.end() :], found.groupdict())

    def begin(self, text: str) -> Mapping[str, str | None] | None:
        """The named groups of a match at the beginning of a text in ASCII, None without one."""
        plain = self.compilation.plain
        if plain is None:
            return None
        return self._named(plain.Match(_AT_THE_BEGINNING, text.encode(), 0, len(text)), text)

    def _named(self, spans: Sequence[tuple[int, int]], text: str) -> dict[str, str | None] | None:
        """The named groups of a match in ASCII, where a byte is a character; None where it is none."""
        if spans[0][0] < 0:
            return None
        named: dict[str, str | None] = {}
        for name, number in self.compilation.numbers:
            begin, end = spans[number]
            named[name] = text[begin:end] if begin >= 0 else None
        return named


@lru_cache(maxsize=10_000)
def compile_pattern(source: str) -> Pattern:
    """The compiled pattern. Raises Invalid with an offset, and in `expected` a way to do without."""
    if len(source) > MAX_LENGTH:
        raise Invalid(Problem(f"a pattern is at most {MAX_LENGTH} characters long", offset=MAX_LENGTH))
    compilation = Compilation(source)
    return Pattern(source, frozenset(compilation.compiled.groupindex), compilation)


@lru_cache(maxsize=10_000)
def trusted_pattern(source: str) -> Pattern:
    """One that ships with automaton and is known to be right: it is compiled when it is first tried."""
    return Pattern(source, frozenset(name for _, name in _GROUP.findall(source)), Compilation(source))


def _begins_the_line(source: str) -> bool:
    """Whether it begins with a `^` that nothing repeats, and has no alternative to it."""
    bare = _FLAGS.sub("", _ONE_CHARACTER.sub("x", source))  # in `^(?i)?x`, RE2 repeats the `^`
    if source[:1] != "^" or bare[1:2] in ("*", "+", "?", "{") or "\\Q" in source:
        return False
    bare, found = _INNERMOST.subn("", bare)
    while found:
        bare, found = _INNERMOST.subn("", bare)
    return not any(sign in bare for sign in "|()[]")


def _in_bytes(source: str) -> Re2Core | None:
    """The pattern over bytes; None where it needs more than ASCII."""
    if not source.isascii():
        return None
    in_bytes: Re2Core = RE2(source.encode(), _QUIET_BYTES)
    return in_bytes if in_bytes.ok() else None
