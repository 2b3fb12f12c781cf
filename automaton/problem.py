"""One mistake in what an operator wrote. Everything that finds fault with a text says it with a Problem.

A unit, a pattern or an expression knows only the text it was given: its problem has an `offset`. Whoever
read the text from a file knows where that is, and gives the problem its place there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, replace
from typing import Literal

from automaton.printable import printable

Level = Literal["error", "warning", "note"]

NOT_ASKED = "not-asked"
"""The code of a problem that may pass by itself: a Panel, node or server did not answer."""


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A character in a file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """`message` is a sentence for people, `code` is stable and for machines.

    `found`, `expected` and `suggestion` (what to write instead) are empty where they would say nothing.
    `file` and `code` are empty until somebody knows them. Until then `offset` says at which character of
    the text it shows, counted from 0; None where the text as a whole is meant.
    """

    message: str
    _: KW_ONLY
    code: str = ""
    file: str = ""
    severity: Level = "error"
    line: int = 1
    column: int = 1
    found: str = ""
    expected: str = ""
    suggestion: str = ""
    offset: int | None = None

    def __str__(self) -> str:
        sentence = self.message
        if self.found and self.found not in self.message:
            sentence += f"; found {self.found}"
        if self.expected and self.expected not in self.message:
            sentence += f"; expected {self.expected}"
        if self.suggestion and f"did you mean `{self.suggestion}`" not in self.message:
            sentence += f"; write `{self.suggestion}`"
        where = f"{self.file}:{self.line}:{self.column}: " if self.file else ""
        return printable(f"{where}{self.severity}: {sentence}")

    def at(self, place: FilePlace) -> Problem:
        """The same in a file, whatever its offset was."""
        return replace(self, file=place.file, line=place.line, column=place.column, offset=None)

    def or_at(self, place: FilePlace) -> Problem:
        """Itself where its place in a file is known, else the same at this one."""
        return self if self.file else self.at(place)

    def moved(self, by: int) -> Problem:
        """The same in a longer text, in which the one that was read begins at the character `by`."""
        return replace(self, offset=(self.offset or 0) + by)


def problem_at(
    place: FilePlace,
    code: str,
    message: str,
    *,
    severity: Level = "error",
    found: str = "",
    expected: str = "",
    suggestion: str = "",
) -> Problem:
    """A problem whose place in a file is known from the beginning."""
    return Problem(
        message, code=code, severity=severity, found=found, expected=expected, suggestion=suggestion
    ).at(place)


def has_error(problems: Iterable[Problem]) -> bool:
    """Whether one of them forbids to go on."""
    return any(problem.severity == "error" for problem in problems)


_MISREAD = frozenset({"comma", "alias"})
"""Codes of what YAML took for something else."""


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file and place; of equal ones the first.

    Where YAML read another value than was meant, what that lacks at the same place is no second mistake.
    """
    unique = dict.fromkeys(problems)
    misread: dict[tuple[str, int, int], Problem] = {}
    for one in unique:
        if one.code in _MISREAD:
            misread.setdefault((one.file, one.line, one.column), one)
    told = (one for one in unique if misread.get((one.file, one.line, one.column), one) is one)
    return sorted(told, key=lambda problem: (problem.file, problem.line, problem.column))
