"""One mistake in a file, with its place and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Place:
    """A character in a file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`code` is stable and for machines, `message` a sentence for people.

    `found`, `expected` and `suggestion` (what to write instead) are empty where they would say nothing.
    """

    code: str
    file: str
    message: str
    severity: Level = "error"
    line: int = 1
    column: int = 1
    found: str = ""
    expected: str = ""
    suggestion: str = ""

    def __str__(self) -> str:
        sentence = self.message
        if self.found and self.found not in self.message:
            sentence += f"; found {self.found}"
        if self.expected and self.expected not in self.message:
            sentence += f"; expected {self.expected}"
        if self.suggestion and f"did you mean `{self.suggestion}`" not in self.message:
            sentence += f"; write `{self.suggestion}`"
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {sentence}"


def problem_at(
    place: Place,
    code: str,
    message: str,
    *,
    severity: Level = "error",
    found: str = "",
    expected: str = "",
    suggestion: str = "",
) -> Problem:
    """A problem at a place."""
    return Problem(
        code=code,
        file=place.file,
        line=place.line,
        column=place.column,
        severity=severity,
        message=message,
        found=found,
        expected=expected,
        suggestion=suggestion,
    )


def has_error(problems: Iterable[Problem]) -> bool:
    """Whether one of them forbids to go on."""
    return any(problem.severity == "error" for problem in problems)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file and place; of equal ones the first."""
    unique = dict.fromkeys(problems)
    return sorted(unique, key=lambda problem: (problem.file, problem.line, problem.column))
