"""Calls of macros: each becomes the steps of the macro, its arguments substituted while they are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from automaton.core.facts.kind import Kind
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid
from automaton.expr.value_kinds import with_article
from automaton.problem import FilePlace, Problem, problem_at
from automaton.schema import nodes, readers
from automaton.schema.context import ValidationContext
from automaton.schema.definitions import EXAMPLES, SAMPLES, Constant, Macro, argument_of, whole_constant
from automaton.schema.invalid import Reported, invalid
from automaton.schema.kind_fields import Steps, read_steps
from automaton.schema.readers import shape
from automaton.schema.scalar import Scalar

MAX_DEPTH = 20
"""Macros that call macros that call macros, so many deep."""


def check_macro(macro: Macro, context: ValidationContext) -> None:
    """Reads a macro with samples as its arguments: its problems are found though nothing calls it."""
    bound = {name: Constant(kind, SAMPLES[kind]) for name, kind in macro.params.items()}
    before = len(context.problems)
    steps = _steps_of(macro, context, bound)
    macro.is_right = steps is not None and len(context.problems) == before


def expand_macro(context: ValidationContext, name: str, given: object) -> Steps:
    """The steps of a call. Raises Reported where something is wrong with it, once that is in the context."""
    definitions = context.definitions
    assert isinstance(name, Scalar)
    known = definitions.macros_at(name) if definitions is not None else {}
    if definitions is None or name not in known:
        near = nearest(name, known)
        expected = "" if near else ", ".join(f"`{one}`" for one in known) or "one of `macros`: there is none"
        message = f"unknown macro `{name}`{did_you_mean(near)}"
        problem = problem_at(name.place, "unknown-macro", message, expected=expected, suggestion=near or "")
        raise _reported(context, [problem])
    if name in definitions.calling or definitions.room[0] <= 0:
        # The cycle is reported by rulebook/definitions.py, the end of the room when it came.
        raise Reported
    if len(definitions.calling) >= MAX_DEPTH:
        message = f"macros call each other at most {MAX_DEPTH} deep"
        raise _reported(context, [problem_at(name.place, "too-deep", message)])
    macro = known[name]
    if macro.do is None:
        raise Reported
    definitions.room[0] -= 1
    bound, problems = _bound(context, macro, name, given)
    if problems or not macro.is_right:
        raise _reported(context, problems)
    inner = ValidationContext(kinds=context.kinds, around=context.around, partial=context.partial)
    inner.definitions = context.definitions
    steps = _steps_of(macro, inner, bound)
    if inner.problems or steps is None:
        raise _reported(context, [_called(problem, name.place) for problem in inner.problems])
    definitions.room[0] -= len(steps)
    if definitions.room[0] <= 0:
        message = "the macros of these files become too many steps: they call each other too often"
        raise _reported(context, [problem_at(name.place, "too-many-steps", message)])
    return steps


def _steps_of(macro: Macro, context: ValidationContext, bound: Mapping[str, Constant]) -> Steps | None:
    assert context.definitions is not None
    outside, context.definitions = context.definitions, context.definitions.inside(macro.name, bound)
    try:
        return read_steps(macro.do, context)
    except (Invalid, Reported):
        return None
    finally:
        context.definitions = outside


def _bound(
    context: ValidationContext, macro: Macro, call: Scalar, given: object
) -> tuple[dict[str, Constant], list[Problem]]:
    """The arguments of a call by parameter, and what is wrong with them."""
    values = given if isinstance(given, nodes.Mapping) else nodes.Mapping(call.place)
    problems = list(_unfit(macro, call, values, given))
    bound: dict[str, Constant] = {}
    for name, kind in macro.params.items():
        value = values.find(name)
        if value is None:
            continue
        try:
            bound[name] = _value(context, value, kind, name)
        except Invalid as error:
            problems.append(error.problem.or_at(value.place))
    return bound, problems


def _value(context: ValidationContext, value: nodes.Node, kind: Kind, name: str) -> Constant:
    if not isinstance(value, Scalar):
        raise _wrong(name, kind, value)
    _, constant = whole_constant(value, context.definitions)
    if constant is None and kind is Kind.TEXT:
        return Constant(kind, readers.template_source(value, context.definitions))
    if constant is None:
        return argument_of(value, kind, name)
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
    """Arguments without a parameter, and parameters without an argument."""
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


def _reported(context: ValidationContext, problems: list[Problem]) -> Reported:
    if not context.partial:
        context.problems += problems
    return Reported()


def macros_called_in(node: nodes.Node | None) -> Iterator[str]:
    """The macros called anywhere below a node, by the names as they are written."""
    match node:
        case nodes.Mapping():
            called = node.find("call")
            if isinstance(called, Scalar):
                yield str(called)
            for value in node.values():
                yield from macros_called_in(value)
        case nodes.Sequence():
            for value in node:
                yield from macros_called_in(value)
