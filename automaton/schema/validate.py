"""Nodes to models: all problems are found, each once, each at its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
from automaton.schema.nodes import Mapping, Node, Sequence
from automaton.schema.readers import line_break_problem, shape
from automaton.schema.scalar import Scalar
from automaton.words_of_others import At, meant, meant_word

M = TypeVar("M", bound=BaseModel)
_Path = tuple[int | str, ...]
"""How pydantic says where in a node something is."""

_SHAPES = {
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
    "string_type": "a text",
}


_HOW = {
    ("a list", "a mapping"): ": each entry begins with `- `",
    ("a mapping", "a list"): ": each line is `name: value`, without `- `",
}
"""How what is expected is written, by what was found instead."""


def fit(
    node: Node,
    model: type[M],
    *,
    kinds: object = None,
    around: object = None,
    definitions: Definitions | None = None,
    ships: bool = False,
) -> tuple[M | None, list[Problem]]:
    """The model of a node, None where it has an error; and all problems, in the order of the file.

    What else the model's types need is described at ValidationContext.
    """
    context = ValidationContext(kinds=kinds, around=around, definitions=definitions, ships=ships)
    found = fit_into(context, node, model)
    problems = in_order(context.problems)
    return (None if has_error(problems) else found), problems


_OF_SHAPE = ("wrong-shape", "wrong-word")


def fit_into(context: ValidationContext, node: Node, model: type[M]) -> M | None:
    """The model of a node inside another one, None on an error; its problems are added to the context."""
    before = len(context.problems)
    try:
        found = model.model_validate(node, context=context)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            problem = _problem(details, node)
            if not isinstance(_raised(details), Reported) and not _is_told(details, problem, context, before):
                context.problems.append(problem)
        return None
    return None if has_error(context.problems[before:]) else found


def _is_told(details: ErrorDetails, problem: Problem, context: ValidationContext, before: int) -> bool:
    """Whether a key is missing only because it is misspelt, or a value wrong that was read by a guess.

    Of a mapping or a list only the shape: what else is wrong in one is a mistake of its own.
    """
    if details["type"] == "missing":
        meant = {one.suggestion for one in context.problems[before:] if one.code == "unknown-key"}
        return details["loc"][-1] in meant
    value = details["input"]
    if isinstance(value, Mapping | Sequence) and (problem.code not in _OF_SHAPE or problem.suggestion):
        return False
    return isinstance(value, Scalar | Mapping | Sequence) and value.place in context.guessed


def fit_partly(context: ValidationContext, node: Mapping, model: type[M]) -> tuple[M | None, bool]:
    """What is right of a mapping, and whether that is all of it.

    Wrong values are left out, and what cannot be without them; None where nothing is left. Its problems are
    not told: `fit` has done so.
    """
    assert context.partial
    written, is_cut = len(node), False
    meant: Callable[[str], str] = getattr(model, "key_meant", str)
    node = node.renamed(meant)  # pydantic tells the keys as they were read
    while True:
        try:
            found = model.model_validate(node, context=context)
            return found, not is_cut and len(found.model_fields_set) == written
        except ValidationError as error:
            kept = _without(node, {_wrong_at(details) for details in error.errors(include_url=False)})
            if not isinstance(kept, Mapping) or kept == node:
                return None, False
            node, is_cut = kept, True


def _wrong_at(details: ErrorDetails) -> _Path:
    """What cannot stay: a wrong value, or that in which a key is missing."""
    loc = details["loc"]
    return loc[:-1] if details["type"] == "missing" else loc


def _without(node: Node, paths: set[_Path]) -> Node | None:
    """A copy without what these paths of pydantic lead to; None where one leads to the node itself."""
    below: dict[int | str, set[_Path]] = {}
    for path in paths:
        # What is no key here is the tag of a union, or the index of a single value that counts as a list.
        rest = path
        while rest and not _leads_on(node, rest[0]):
            rest = rest[1:]
        if not rest:
            return None
        below.setdefault(rest[0], set()).add(rest[1:])
    if isinstance(node, Mapping):
        kept = Mapping(node.place)
        for key, value in node.items():
            left = _without(value, below[key]) if key in below else value
            if left is not None:
                kept[key] = left
        return kept
    assert isinstance(node, Sequence)
    items = Sequence(node.place)
    for number, value in enumerate(node):
        left = _without(value, below[number]) if number in below else value
        if left is not None:
            items.append(left)
    return items


def _leads_on(node: Node, part: int | str) -> bool:
    if isinstance(node, Mapping):
        return isinstance(part, str) and node.key(part) is not None
    return isinstance(node, Sequence) and isinstance(part, int) and part < len(node)


def place_problems(
    problems: Iterable[Problem],
    written: Expression | Template,
    *,
    code: str = "expression",
    severity: Level = "error",
) -> list[Problem]:
    """What `check` or `check_template` found, at its place in the file."""
    return [
        replace(problem, code=code, severity=severity).at(place_of(written.origin, problem.offset or 0))
        for problem in problems
    ]


def place_of(origin: object, offset: int) -> FilePlace:
    """Where a character of an expression or text stands in its file.

    An expression that code made is in no file: it counts as the first line of one.
    """
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


_EXAMPLES = {"id": "a name of your own for it, as `id: night-restart`"}
"""What is written for a key that is missing, where the key alone does not tell."""


def _translated(details: ErrorDetails) -> Problem:
    """What pydantic itself found, in an operator's words."""
    kind, value = details["type"], details["input"]
    found = shape(value)
    if kind == "missing":
        key = str(details["loc"][-1])
        example = _EXAMPLES.get(key, "")
        return Problem(f"the key `{key}` is missing", code="missing-key", expected=example)
    if kind in _SHAPES:
        how = _HOW.get((_SHAPES[kind], found), "")
        return Problem(f"{_SHAPES[kind]} is expected here{how}", code="wrong-shape", found=found)
    if isinstance(value, Scalar) and value.ends_with_a_line_break:
        return line_break_problem(value)
    if kind in ("literal_error", "enum"):
        expected = str((details.get("ctx") or {}).get("expected", ""))
        words = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
        if words == ["None"]:
            return Problem("this word stands alone, without a value", code="wrong-word", found=found)
        other = meant(At.CHOICE, str(value))
        if other is not None and other.why and "restart" in words:  # of a power action
            message = f"{found} is not possible here: {other.why}"
            return Problem(message, code="wrong-word", suggestion=other.write)
        word = meant_word(At.CHOICE, str(value))
        near = word if word in words else nearest(str(value), words) or ""
        return Problem(
            f"{found} is not possible here",
            code="wrong-word",
            found=found,
            expected=", ".join(f"`{word}`" for word in words),
            suggestion=near,
        )
    return Problem(details["msg"].removeprefix("Value error, "), code="wrong-value", found=found)


def _where(loc: tuple[int | str, ...], root: Node) -> tuple[Node, str]:
    """The innermost node that pydantic's path leads to, and the last key on it.

    A part of the path that is no key there is the tag of a union, or the index of a single value that
    counts as a list.
    """
    node, last = root, ""
    for part in loc:
        if isinstance(node, Mapping) and isinstance(part, str):
            if (key := node.key(part)) is not None:
                node, last = node[key], part
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node):
            node = node[part]
    return node, last
