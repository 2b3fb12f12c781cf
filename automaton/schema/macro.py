"""A macro: steps with names that a call fills in. A call is its steps, with the values written in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from automaton.core.vocabulary import Kind
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid
from automaton.expr.value_kinds import with_article
from automaton.problem import FilePlace, Problem, problem_at
from automaton.schema import nodes, readers
from automaton.schema.context import ValidationContext
from automaton.schema.definitions import EXAMPLES, SAMPLES, Constant, Macro, of_kind, whole
from automaton.schema.invalid import Reported, invalid
from automaton.schema.kind_fields import Steps, read_steps
from automaton.schema.readers import shape
from automaton.schema.scalar import Scalar

MOST_DEEP = 20
"""Macros that call macros that call macros."""


def alone(macro: Macro, reading: ValidationContext) -> None:
    """Reads a macro with a sample of each parameter: its mistakes are told though nobody calls it."""
    bound = {name: Constant(kind, SAMPLES[kind]) for name, kind in macro.params.items()}
    before = len(reading.problems)
    steps = _steps_of(macro, reading, bound)
    macro.is_right = steps is not None and len(reading.problems) == before


def expanded(reading: ValidationContext, name: str, given: object) -> Steps:
    """The steps of a call. Its mistakes go to the reading; raises where there is one."""
    names = reading.names
    assert isinstance(name, Scalar)
    known = names.macros_at(name) if names is not None else {}
    if names is None or name not in known:
        near = nearest(name, known)
        expected = "" if near else ", ".join(f"`{one}`" for one in known) or "a macro that is written down"
        raise _tell(reading, [problem_at(
            name.place, "unknown-macro", f"unknown macro `{name}`{did_you_mean(near)}",
            expected=expected, suggestion=near or "",
        )])  # fmt: skip
    if name in names.calling or names.room[0] <= 0:
        raise Reported()  # the ring itself is told where the macros are read, and so is too much
    if len(names.calling) >= MOST_DEEP:
        message = f"macros call each other at most {MOST_DEEP} deep"
        raise _tell(reading, [problem_at(name.place, "too-deep", message)])
    macro = known[name]
    if macro.do is None:
        raise Reported()
    names.room[0] -= 1
    bound, problems = _bound(reading, macro, name, given)
    if problems or not macro.is_right:
        raise _tell(reading, problems)
    inner = ValidationContext(kinds=reading.kinds, around=reading.around, partial=reading.partial)
    inner.names = reading.names
    steps = _steps_of(macro, inner, bound)
    if inner.problems or steps is None:
        raise _tell(reading, [_called(problem, name.place) for problem in inner.problems])
    names.room[0] -= len(steps)
    if names.room[0] <= 0:
        message = "the macros of these files become too many steps: they call each other too often"
        raise _tell(reading, [problem_at(name.place, "too-many-steps", message)])
    return steps


def _steps_of(macro: Macro, reading: ValidationContext, bound: Mapping[str, Constant]) -> Steps | None:
    assert reading.names is not None
    outside, reading.names = reading.names, reading.names.inside(macro.name, bound)
    try:
        return read_steps(macro.do, reading)
    except (Invalid, Reported):
        return None
    finally:
        reading.names = outside


def _bound(
    reading: ValidationContext, macro: Macro, call: Scalar, given: object
) -> tuple[dict[str, Constant], list[Problem]]:
    """The values of a call by parameter, and what is wrong with them."""
    values = given if isinstance(given, nodes.Mapping) else nodes.Mapping(call.place)
    problems = list(_unfit(macro, call, values, given))
    bound: dict[str, Constant] = {}
    for name, kind in macro.params.items():
        value = values.find(name)
        if value is None:
            continue
        try:
            bound[name] = _value(reading, value, kind, name)
        except Invalid as error:
            problems.append(error.problem.or_at(value.place))
    return bound, problems


def _value(reading: ValidationContext, value: nodes.Node, kind: Kind, name: str) -> Constant:
    if not isinstance(value, Scalar):
        raise _wrong(name, kind, value)
    _, constant = whole(value, reading.names)
    if constant is None and kind is Kind.TEXT:
        return Constant(kind, readers.template_text(value, reading.names))
    if constant is None:
        return of_kind(value, kind, name)
    if constant.kind is not kind and {constant.kind, kind} != {Kind.NUMBER, Kind.PERCENT}:
        raise _wrong(name, kind, value, f"`{value}`, {with_article(constant.kind)}")
    return constant


def _wrong(name: str, kind: Kind, value: object, found: str = "") -> Invalid:
    expected = f"{with_article(kind)} as `{EXAMPLES[kind]}`"
    return invalid(
        "parameter",
        f"`{name}` is {with_article(kind)}",
        value,
        found=found or shape(value),
        expected=expected,
    )


def _unfit(macro: Macro, call: Scalar, values: nodes.Mapping, given: object) -> Iterator[Problem]:
    """Parameters that the macro has not, and those that it lacks."""
    if given is not None and not isinstance(given, nodes.Mapping):
        place = given.place if isinstance(given, Scalar | nodes.Sequence) else call.place
        yield problem_at(place, "wrong-shape", "`with` is a mapping of parameters", found=shape(given))
        return
    for key in values:
        if key not in macro.params:
            near = nearest(key, macro.params)
            expected = "" if near else ", ".join(f"`{one}`" for one in macro.params) or "none"
            message = f"`{macro.name}` has no parameter `{key}`{did_you_mean(near)}"
            yield problem_at(
                key.place, "unknown-parameter", message, expected=expected, suggestion=near or ""
            )
    for name, kind in macro.params.items():
        if values.key(name) is None:
            message = f"`{macro.name}` needs `{name}`, {with_article(kind)}"
            yield problem_at(
                call.place, "missing-parameter", message, suggestion=f"with: {{{name}: {EXAMPLES[kind]}}}"
            )


def _called(problem: Problem, place: FilePlace) -> Problem:
    return replace(problem, message=f"{problem.message} (called at {place.file}:{place.line})")


def _tell(reading: ValidationContext, problems: list[Problem]) -> Reported:
    if not reading.partial:
        reading.problems += problems
    return Reported()


def called_in(node: nodes.Node | None) -> Iterator[str]:
    """The macros that are called anywhere below a node, as they are written."""
    match node:
        case nodes.Mapping():
            called = node.find("call")
            if isinstance(called, Scalar):
                yield str(called)
            for value in node.values():
                yield from called_in(value)
        case nodes.Sequence():
            for value in node:
                yield from called_in(value)
