"""What is wrong with files: lines for people on stderr, plain data for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import typer

from automaton.printable import say
from automaton.problem import Problem
from automaton.workbench.terminal import has_colours, painted

KEYS = ("code", "severity", "file", "line", "column", "message", "found", "expected", "suggestion")
COLOURS = {"error": typer.colors.RED, "warning": typer.colors.YELLOW, "note": typer.colors.BLUE}


def print_problems(problems: Iterable[Problem]) -> None:
    """A line each, on stderr, with the severity in colour."""
    colours = has_colours(sys.stderr)
    for problem in problems:
        place, _, rest = str(problem).partition(f" {problem.severity}: ")
        severity = painted(problem.severity, COLOURS[problem.severity], colours=colours)
        say(f"{place} {severity}: {rest}", err=True)


def problem_data(problem: Problem) -> dict[str, object]:
    """As `--json` of all commands has it; line and column count from 1."""
    return {key: getattr(problem, key) for key in KEYS}
