"""Paths below a server's root, and globs over them: which are paths at all, and what a glob fits.

Unlike names of servers they are told apart by case, as files are: what is deleted does not come back. `*` is
any text within one segment, `?` one character; nothing crosses a `/`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import re2

from automaton.core.stable_names import stable_name
from automaton.match.re2_types import Re2Pattern

LONGEST_PATH = 500  # characters; Linux takes 4096 bytes, and the Panel stores what was asked in its activity
WILD = frozenset("*?")
_NOT_THERE = ("", ".", "..")


def why_no_path(path: str, *, is_glob: bool = False) -> str:
    """Why this is no path of a file below the server's root; empty where it is."""
    if path.startswith("/"):
        return "paths begin below the server's root, without a `/`"
    if len(path) > LONGEST_PATH:
        return f"a path is at most {LONGEST_PATH} characters long"
    if "\\" in path:
        return "a path has `/` between its segments, and no `\\`"
    if not path.isprintable():
        return "a path has no control characters"
    *folders, last = path.split("/")
    if any(segment in _NOT_THERE for segment in (*folders, last)):
        return "no segment of a path is empty, `.` or `..`"
    if WILD & set("/".join(folders)) or (WILD & set(last) and not is_glob):
        return "`*` and `?` stand only in the last segment of what is deleted: other names are literal"
    return ""


def why_no_segment(value: str) -> str:
    """Why a value must not be written into a path; empty where it may: it is part of a single segment."""
    if value in _NOT_THERE:
        return "it is empty, `.` or `..`"
    if {"/", "\\"} & set(value):
        return "it would name another folder"
    if WILD & set(value):
        return "it holds `*` or `?`, which name more than one file"
    return "" if value.isprintable() else "it holds a control character"


@stable_name("PathGlob")
@dataclass(frozen=True, slots=True)
class PathGlob:
    """A glob over paths; `compiled` are its segments. Equal and hashed by its source."""

    source: str
    compiled: tuple[Re2Pattern, ...] = field(compare=False, repr=False)

    def cover(self, path: str) -> bool:
        """Whether it fits the path, or a folder in which that is; of a glob, whatever that may fit."""
        segments = path.split("/")
        return len(segments) >= len(self.compiled) and all(
            _fits(pattern, segment) for pattern, segment in zip(self.compiled, segments, strict=False)
        )


def compile_path_glob(source: str) -> PathGlob:
    """The compiled glob over paths."""
    return PathGlob(source, tuple(_segment(part) for part in source.split("/")))


def fitting(glob: str, names: Iterable[str]) -> list[str]:
    """The names, of one folder, that the last segment of a glob fits; as in a shell, `*` fits no dot-file."""
    pattern = _segment(glob)
    shown = (name for name in names if "/" not in name and (glob[0] == "." or not name.startswith(".")))
    return [name for name in shown if _fits(pattern, name)]


def _segment(glob: str) -> Re2Pattern:
    # A `?` is no `*`: of two globs the one that is to cover must not be the narrower one.
    pieces = {"*": ".*", "?": "[^*]"}
    compiled: Re2Pattern = re2.compile(
        "(?s)" + "".join(pieces.get(char) or re2.escape(char) for char in glob)
    )
    return compiled


def _fits(pattern: Re2Pattern, name: str) -> bool:
    try:
        return pattern.fullmatch(name) is not None
    except UnicodeEncodeError:  # half a surrogate pair
        return False
