"""Whether a pattern begins at the beginning of a line, and how it would."""

from __future__ import annotations

import re

from automaton.schema.scalar import single_quoted

_FLAGS = re.compile(r"(?:\(\?[a-zA-Z]+(?:-[a-zA-Z]+)?\))+")
_ANCHORED = re.compile(rf"(?:{_FLAGS.pattern})?(?:\(\?[a-zA-Z-]*:)*(?:\^|\\A)")
"""What holds a pattern to the beginning of a line, behind flags as `(?i)` and inside of `(?i:`."""

_SPECIAL = frozenset("\\.+*?()|[]{}^$")
_OPTIONAL = frozenset("*?{")

MUST_BE_ANCHORED = (
    "its pattern begins with `^` and what the game itself prints first: a player can type the rest into the"
    " chat. The pattern sees the line without time and level, which the game's pack cuts off"
)
"""What is told of a pattern that begins anywhere, as the end of a sentence."""


def anchored(source: str) -> str:
    """The pattern as it would begin there, in quotes; empty for one that does."""
    if _ANCHORED.match(source):
        return ""
    flags = found[0] if (found := _FLAGS.match(source)) else ""
    return single_quoted(f"{flags}^{source.removeprefix(flags)}")


def literal_head(source: str) -> str:
    """The text with which each line begins that the pattern finds; empty where that may be any."""
    if not source.startswith("^") or "|" in source:
        return ""
    head = ""
    at = 1
    while at < len(source):
        step = 2 if source[at] == "\\" and source[at + 1 : at + 2] in _SPECIAL and source[at + 1 :] else 1
        char = source[at : at + step]
        if step == 1 and char in _SPECIAL:
            return head[:-1] if char in _OPTIONAL else head
        head += char[-1]
        at += step
    return head
