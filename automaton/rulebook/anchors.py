"""Whether a pattern begins at the beginning of a line, and how it would."""

from __future__ import annotations

import re

from automaton.schema.readers import single_quoted

_FLAGS = re.compile(r"(?:\(\?[a-zA-Z]+(?:-[a-zA-Z]+)?\))+")
_ANCHORED = re.compile(rf"(?:{_FLAGS.pattern})?(?:\(\?[a-zA-Z-]*:)*(?:\^|\\A)")
"""What holds a pattern to the beginning of a line, behind flags as `(?i)` and inside of `(?i:`."""


def anchored(source: str) -> str:
    """The pattern as it would begin there, in quotes; empty for one that does."""
    if _ANCHORED.match(source):
        return ""
    flags = found[0] if (found := _FLAGS.match(source)) else ""
    return single_quoted(f"{flags}^{source.removeprefix(flags)}")
