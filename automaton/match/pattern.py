r"""One RE2 pattern: linear in the length of the line, whatever the pattern and whoever wrote the line.

RE2's `\w`, `\d`, `\s` and `\b` are ASCII, and stay so: a name with other letters is `[^ ]+` or `\pL+`.
What RE2 lacks is refused with its name and a way to do without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import re2

from automaton.core.stable_names import stable_name
from automaton.errors import Invalid
from automaton.match.pattern_errors import explain_pattern
from automaton.match.re2_types import Re2Match, Re2Pattern
from automaton.problem import Problem

MAX_LENGTH = 2000

_GROUP = re.compile(r"\(\?P<(\w+)>")

_QUIET = re2.Options()
_QUIET.log_errors = False
_QUIET_BYTES = re2.Options()
_QUIET_BYTES.log_errors = False
_QUIET_BYTES.encoding = re2.Options.Encoding.LATIN1


class Engine:
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
    def plain(self) -> Re2Pattern | None:
        """Over bytes."""
        try:
            in_bytes: Re2Pattern = re2.compile(self._source.encode("ascii"), _QUIET_BYTES)
        except (re2.error, UnicodeEncodeError):
            return None
        return in_bytes

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The numbers of its named groups."""
        return dict(self.compiled.groupindex)


class Captured(Mapping[str, str | None]):
    """The named groups of a match in ASCII, where a byte is a character; each is cut out when it is read.

    Of a line's prefix most are not.
    """

    __slots__ = ("_found", "_numbers", "_text")

    def __init__(self, found: Re2Match, text: str, numbers: Mapping[str, int]) -> None:
        self._found = found
        self._text = text
        self._numbers = numbers

    def __getitem__(self, name: str) -> str | None:
        begin, end = self._found.span(self._numbers[name])
        return self._text[begin:end] if begin >= 0 else None

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __repr__(self) -> str:
        return repr(dict(self))


@stable_name("Pattern")
@dataclass(frozen=True, slots=True)
class Pattern:
    """`groups` are the names of its groups. Equal and hashed by its source."""

    source: str
    groups: frozenset[str] = field(compare=False, repr=False)
    engine: Engine = field(compare=False, repr=False)
    origin: object = field(default=None, compare=False, repr=False)

    def find(self, text: str) -> Mapping[str, str | None] | None:
        """The named groups of the first match anywhere in the text, None without one.

        A group that took no part is None.
        """
        plain = self.engine.plain
        if plain is not None and text.isascii():
            found = plain.search(text.encode())
            return None if found is None else dict(Captured(found, text, self.engine.numbers))
        try:
            found = self.engine.compiled.search(text)
        except UnicodeEncodeError:  # half a surrogate pair: not text, so no match
            return None
        return None if found is None else found.groupdict()

    def cut(self, text: str) -> tuple[str, Mapping[str, str | None]] | None:
        """The text after a match at its beginning, and the named groups; None without a match."""
        plain = self.engine.plain
        if plain is not None and text.isascii():
            found = plain.match(text.encode())
            return (
                None if found is None else (text[found.end() :], Captured(found, text, self.engine.numbers))
            )
        try:
            found = self.engine.compiled.match(text)
        except UnicodeEncodeError:
            return None
        return None if found is None else (text[found.end() :], found.groupdict())


@lru_cache(maxsize=10_000)
def compile_pattern(source: str) -> Pattern:
    """The compiled pattern. Raises Invalid with an offset, and in `expected` a way to do without."""
    if len(source) > MAX_LENGTH:
        raise Invalid(Problem(f"a pattern is at most {MAX_LENGTH} characters long", offset=MAX_LENGTH))
    engine = Engine(source)
    return Pattern(source, frozenset(engine.compiled.groupindex), engine)


@lru_cache(maxsize=10_000)
def trusted_pattern(source: str) -> Pattern:
    """One that ships with automaton and is known to be right: it is compiled when it is first tried."""
    return Pattern(source, frozenset(_GROUP.findall(source)), Engine(source))
