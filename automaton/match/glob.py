"""Names by pattern, for people: `*` is any text, `?` one character, case does not matter.

Nothing else is special, `[` and `.` least of all: servers are named so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import re2

from automaton.core.stable_names import stable_name


@stable_name("Glob")
@dataclass(frozen=True, slots=True)
class Glob:
    """Equal and hashed by its source."""

    source: str
    compiled: Any = field(compare=False, repr=False)
    folded: str = field(compare=False, repr=False)

    def covers(self, text: str) -> bool:
        """Whether the whole text is such a name."""
        return text.casefold() == self.folded if self.compiled is None else _fits(self, text)


@lru_cache(maxsize=50_000)
def _fits(glob: Glob, text: str) -> bool:
    """Remembered, for the servers of a fleet share their eggs, images and nodes."""
    try:
        return glob.compiled.fullmatch(text.casefold()) is not None
    except UnicodeEncodeError:  # half a surrogate pair
        return False


@lru_cache(maxsize=10_000)
def compile_glob(source: str) -> Glob:
    """Any text is a glob."""
    folded = source.casefold()
    if "*" not in source and "?" not in source:
        return Glob(source, None, folded)
    pieces = {"*": ".*", "?": "."}
    pattern = "(?s)" + "".join(pieces.get(char) or re2.escape(char) for char in folded)
    return Glob(source, re2.compile(pattern), folded)
