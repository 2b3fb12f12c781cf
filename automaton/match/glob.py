"""Patterns of names, for people: `*` is any text, `?` one character, and case does not matter.

Nothing else is special, `[` and `.` least of all: names of servers have them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import re2

from automaton.core.stable_names import stable_name
from automaton.match.re2_types import Re2Pattern


@stable_name("Glob")
@dataclass(frozen=True, slots=True)
class Glob:
    """`compiled` is None where nothing in it is special. Equal and hashed by its source.

    `origin` is where it was written, for messages about it.
    """

    source: str
    compiled: Re2Pattern | None = field(compare=False, repr=False)
    folded: str = field(compare=False, repr=False)
    origin: object = field(default=None, compare=False, repr=False)

    def covers(self, text: str) -> bool:
        """Whether the whole text fits."""
        return text.casefold() == self.folded if self.compiled is None else _fits(self, text)


@lru_cache(maxsize=50_000)
def _fits(glob: Glob, text: str) -> bool:
    """Cached, for the servers of a fleet share their eggs, images and nodes."""
    try:
        return glob.compiled is not None and glob.compiled.fullmatch(text.casefold()) is not None
    except UnicodeEncodeError:  # half a surrogate pair
        return False


@lru_cache(maxsize=10_000)
def compile_glob(source: str) -> Glob:
    """The compiled glob; every text is one."""
    folded = source.casefold()
    if "*" not in source and "?" not in source:
        return Glob(source, None, folded)
    pieces = {"*": ".*", "?": "."}
    pattern = "(?s)" + "".join(pieces.get(char) or re2.escape(char) for char in folded)
    return Glob(source, re2.compile(pattern), folded)
