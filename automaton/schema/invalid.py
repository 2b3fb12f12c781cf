"""How a validator says what is wrong with a value: it raises what these make.

pydantic catches it, and schema/validate.py gives the problem its place in the file.
"""

from __future__ import annotations

from dataclasses import replace

from automaton.errors import Invalid
from automaton.problem import Problem
from automaton.schema.scalar import Scalar


class Reported(ValueError):
    """Raised for a value whose problems are in the ValidationContext already: there is nothing to add."""


def invalid(
    code: str,
    message: str,
    value: object = None,
    *,
    offset: int | None = None,
    found: str = "",
    expected: str = "",
    suggestion: str = "",
) -> Invalid:
    """The error to raise. With an `offset`, its place is that character of the value."""
    return invalid_in(
        value,
        code,
        Problem(message, offset=offset, found=found, expected=expected, suggestion=suggestion),
    )


def invalid_in(value: object, code: str, problem: Problem) -> Invalid:
    """The error to raise for what was found wrong with the text of a value.

    It has its place at once where the text and the offset in it are known.
    """
    problem = replace(problem, code=code)
    if isinstance(value, Scalar):
        problem = replace(problem, found=problem.found or f"`{value[:60]}`")
        if problem.offset is not None:
            problem = problem.at(value.at(problem.offset))
    return Invalid(problem)
