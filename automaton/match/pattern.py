r"""One RE2 pattern: linear in the length of the line, whatever the pattern and whoever wrote the line.

RE2's `\w`, `\d`, `\s` and `\b` are ASCII, and stay so: a name with other letters is `[^ ]+` or `\pL+`.
What RE2 lacks is refused with its name and a way to do without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import re2

from automaton.core.stable_names import stable_name
from automaton.errors import Invalid
from automaton.match.pattern_errors import explain_pattern
from automaton.match.re2_types import Re2Match, Re2Pattern
from automaton.problem import Problem

MAX_LENGTH = 2000

_QUIET = re2.Options()
_QUIET.log_errors = False
_QUIET_BYTES = re2.Options()
_QUIET_BYTES.log_errors = False
_QUIET_BYTES.encoding = re2.Options.Encoding.LATIN1


@stable_name("Pattern")
@dataclass(frozen=True, slots=True)
class Pattern:
    """`groups` are the names of its groups, `numbers` their numbers. Equal and hashed by its source.

    `plain` finds the same in bytes, for lines in ASCII, which most are: for a text, RE2's binding counts the
    characters before each match, which takes twice as long as finding it. It is None where the pattern
    itself is not ASCII.
    """

    source: str
    groups: frozenset[str] = field(compare=False, repr=False)
    compiled: Re2Pattern = field(compare=False, repr=False)
    origin: object = field(default=None, compare=False, repr=False)
    plain: Re2Pattern | None = field(default=None, compare=False, repr=False)
    numbers: tuple[tuple[str, int], ...] = field(default=(), compare=False, repr=False)

    def find(self, text: str) -> Mapping[str, str | None] | None:
        """The named groups of the first match anywhere in the text, None without one.

        A group that took no part is None.
        """
        if self.plain is not None and text.isascii():
            found = self.plain.search(text.encode())
            return None if found is None else self._named(found, text)
        try:
            found = self.compiled.search(text)
        except UnicodeEncodeError:  # half a surrogate pair: not text, so no match
            return None
        return None if found is None else found.groupdict()

    def cut(self, text: str) -> tuple[str, Mapping[str, str | None]] | None:
        """The text after a match at its beginning, and the named groups; None without a match."""
        if self.plain is not None and text.isascii():
            found = self.plain.match(text.encode())
            return None if found is None else (text[found.end() :], self._named(found, text))
        try:
            found = self.compiled.match(text)
        except UnicodeEncodeError:
            return None
        return None if found is None else (text[found.end() :], found.groupdict())

    def _named(self, found: Re2Match, text: str) -> dict[str, str | None]:
        """The named groups of a match in ASCII, where a byte is a character."""
        named: dict[str, str | None] = {}
        for name, number in self.numbers:
            begin, end = found.span(number)
            named[name] = text[begin:end] if begin >= 0 else None
        return named


@lru_cache(maxsize=10_000)
def compile_pattern(source: str) -> Pattern:
    """The compiled pattern. Raises Invalid with an offset, and in `expected` a way to do without."""
    if len(source) > MAX_LENGTH:
        raise Invalid(Problem(f"a pattern is at most {MAX_LENGTH} characters long", offset=MAX_LENGTH))
    try:
        compiled = re2.compile(source, _QUIET)
    except re2.error as error:
        raise Invalid(explain_pattern(source, error)) from None
    except UnicodeEncodeError as error:
        raise Invalid(Problem("half a character", offset=error.start)) from None
    numbers = tuple(compiled.groupindex.items())
    return Pattern(source, frozenset(compiled.groupindex), compiled, None, _in_bytes(source), numbers)


def _in_bytes(source: str) -> Re2Pattern | None:
    """The same over bytes; None where the pattern itself needs more than ASCII."""
    try:
        in_bytes: Re2Pattern = re2.compile(source.encode("ascii"), _QUIET_BYTES)
    except (re2.error, UnicodeEncodeError):
        return None
    return in_bytes
