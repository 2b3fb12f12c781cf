"""Nodes to models: all mistakes, each once, each at its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from automaton.did_you_mean import nearest
from automaton.errors import Invalid
from automaton.expr.expression import Expression
from automaton.expr.template import Template
from automaton.problem import FilePlace, Level, Problem, has_error, in_order, problem_at
from automaton.schema.context import ValidationContext
from automaton.schema.definitions import Definitions
from automaton.schema.invalid import Reported
from automaton.schema.nodes import Mapping, Node, Sequence, read, read_all
from automaton.schema.readers import shape
from automaton.schema.scalar import Scalar

__all__ = ["fit", "fit_into", "placed", "read", "read_all"]

M = TypeVar("M", bound=BaseModel)

_SHAPES = {
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
    "string_type": "a text",
}


def fit(
    node: Node,
    model: type[M],
    *,
    kinds: object = None,
    around: object = None,
    names: Definitions | None = None,
) -> tuple[M | None, list[Problem]]:
    """The model of a node, None where it has an error; and all problems, in the order of the file.

    `kinds` finds the models of triggers and actions, where the model holds such; `around` is for types
    that look beyond the file, and `names` is what it gives names to.
    """
    reading = ValidationContext(kinds=kinds, around=around, names=names)
    found = fit_into(reading, node, model)
    problems = in_order(reading.problems)
    return (None if has_error(problems) else found), problems


def fit_into(reading: ValidationContext, node: Node, model: type[M]) -> M | None:
    """The model of a node inside of another; its problems go to the same reading. None on an error."""
    before = len(reading.problems)
    try:
        found = model.model_validate(node, context=reading)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            if not isinstance(_raised(details), Reported):
                reading.problems.append(_problem(details, node))
        return None
    return None if has_error(reading.problems[before:]) else found


def placed(
    problems: Iterable[Problem],
    written: Expression | Template,
    *,
    code: str = "expression",
    severity: Level = "error",
) -> list[Problem]:
    """What `check` or `check_template` found, at its place in the file in which it was written."""
    return [
        replace(problem, code=code, severity=severity).at(_place_of(written.origin, problem.offset or 0))
        for problem in problems
    ]


def _place_of(origin: object, offset: int) -> FilePlace:
    """What code made stands in no file: it is its own first line."""
    return origin.at(offset) if isinstance(origin, Scalar) else FilePlace("-", 1, offset + 1)


def _problem(details: ErrorDetails, root: Node) -> Problem:
    value, raised = details["input"], _raised(details)
    node, key = _where(details["loc"], root)
    place = value.place if isinstance(value, Scalar | Mapping | Sequence) else node.place
    if isinstance(value, Scalar) and value.is_null:
        message = f"`{key}` has no value" if key else "a value is missing"
        expected = raised.problem.expected if isinstance(raised, Invalid) else ""
        return problem_at(place, "no-value", message, expected=expected)
    problem = raised.problem if isinstance(raised, Invalid) else _translated(details)
    return problem.or_at(place)


def _raised(details: ErrorDetails) -> object:
    """What a validator raised; None where it was pydantic that found fault."""
    return (details.get("ctx") or {}).get("error")


def _translated(details: ErrorDetails) -> Problem:
    """pydantic's own findings, in an operator's words."""
    kind, value = details["type"], details["input"]
    found = shape(value)
    if kind == "missing":
        return Problem(f"the key `{details['loc'][-1]}` is missing", code="missing-key")
    if kind in _SHAPES:
        return Problem(f"{_SHAPES[kind]} is expected here", code="wrong-shape", found=found)
    if kind in ("literal_error", "enum"):
        expected = str((details.get("ctx") or {}).get("expected", ""))
        words = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
        near = nearest(str(value), words) or ""
        return Problem(
            f"{found} is not possible here",
            code="wrong-word",
            found=found,
            expected=", ".join(f"`{word}`" for word in words),
            suggestion=near,
        )
    return Problem(details["msg"].removeprefix("Value error, "), code="wrong-value", found=found)


def _where(loc: tuple[int | str, ...], root: Node) -> tuple[Node, str]:
    """The innermost node on the way, and the last key.

    A part that is no key there is the tag of a union, or a list that stands for its one item.
    """
    node, last = root, ""
    for part in loc:
        if isinstance(node, Mapping) and isinstance(part, str):
            if (key := node.key(part)) is not None:
                node, last = node[key], part
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node):
            node = node[part]
    return node, last
