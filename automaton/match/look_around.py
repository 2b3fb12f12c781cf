"""A pattern with one look-ahead or look-behind, as two patterns without.

For messages only, and near: what must not stand somewhere becomes a second pattern for the whole line.
"""

from __future__ import annotations

import re

_OPENS = re.compile(r"\(\?(<?)([=!])")
_BRACKETS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]")


def without_look_around(source: str) -> str:
    """`{console: '^Lag', not: '^Lagging'}` for `^Lag(?!ging)`; empty where there is more than one of it."""
    found = _OPENS.search(source)
    if found is None or _OPENS.search(source, found.end()):
        return ""
    end = _closing(source, found.end())
    if end < 0:
        return ""
    before, inner, behind = source[: found.start()], source[found.end() : end], source[end + 1 :]
    is_behind, is_denied = bool(found[1]), found[2] == "!"
    if "(" in before or ")" in behind:  # it stands inside of a group, which may be repeated
        return ""
    if is_denied:
        other = f"{before}{inner}{behind if is_behind else ''}"
        return f"`{{console: {_quoted(before + behind)}, not: {_quoted(other)}}}`"
    if (is_behind and before) or (not is_behind and behind):
        return ""
    return f"`console: {_quoted(before + inner + behind)}`"


def _closing(source: str, begin: int) -> int:
    """Where the bracket closes that is open at `begin`; -1 where it does not."""
    depth = 1
    for found in _BRACKETS.finditer(source, begin):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return found.start()
    return -1


def _quoted(pattern: str) -> str:
    """As YAML reads it in single quotes."""
    return "'" + pattern.replace("'", "''") + "'"
