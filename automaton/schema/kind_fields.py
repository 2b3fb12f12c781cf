"""The types of fields that hold triggers and actions: `AnyTrigger`, `Steps`, `Awaited`.

Kinds that hold others (`any`, `if`, `wait`) use these, so kinds never import each other: which kinds there
are comes with the ValidationContext, and rulebook/catalogue.py finds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from contextlib import suppress
from typing import Annotated

from pydantic import ValidationInfo

from automaton.errors import Invalid
from automaton.expr.expression import Expression
from automaton.expr.units import duration
from automaton.schema import nodes, readers
from automaton.schema.annotations import DEFINED, ReadBy
from automaton.schema.context import ValidationContext, definitions_of
from automaton.schema.definitions import whole_constant
from automaton.schema.discriminator import Kind, kind_of
from automaton.schema.invalid import Reported, invalid, invalid_in
from automaton.schema.kinds import ActionModel, Catalogue, Origin, TriggerModel
from automaton.schema.readers import shape
from automaton.schema.scalar import Scalar
from automaton.schema.unread_step import unread_step
from automaton.schema.validate import fit_into, fit_partly

_LIKE_A_DURATION = re.compile(r"\s*\d+(\.\d+)?\s*([a-zA-Zµ]+\s*(\d+\s*[a-zA-Z]+\s*)*)?$")


def _context(info: ValidationInfo) -> ValidationContext:
    assert isinstance(info.context, ValidationContext)
    return info.context


def _kinds(context: ValidationContext) -> Catalogue:
    assert isinstance(context.kinds, Catalogue)
    return context.kinds


def _trigger(value: object, info: ValidationInfo) -> object:
    if isinstance(value, TriggerModel):
        return value
    context = _context(info)
    kinds = _kinds(context).triggers
    try:
        return _fitted(context, value, kind_of(value, kinds, "trigger"))
    except Invalid as error:
        return _fitted(context, _as_meant(value, error, kinds, context), kinds[error.problem.suggestion])


def _action(value: object, context: ValidationContext) -> ActionModel:
    kinds = _kinds(context).actions
    if isinstance(value, Scalar) and not value.is_null:
        return _bare_word(value, context)
    try:
        return _fitted(context, value, kind_of(value, kinds, "action"))
    except Invalid as error:
        return _fitted(context, _as_meant(value, error, kinds, context), kinds[error.problem.suggestion])


def _as_meant(
    value: object, error: Invalid, kinds: MappingOf[str, type[Kind]], context: ValidationContext
) -> nodes.Mapping:
    """The entry with the word that was meant instead of a misspelt one, for the rest of it is judged too.

    Raises the error again where no word is near. Without partial, reading ends with Reported.
    """
    meant = error.problem.suggestion
    if error.problem.code != "unknown-kind" or meant not in kinds or not isinstance(value, nodes.Mapping):
        raise error
    first = next(iter(value))
    entry = nodes.Mapping(value.place)
    entry[Scalar(meant, first.place)] = value[first]
    entry.update((key, one) for key, one in value.items() if key not in (first, meant))
    if not context.partial:
        context.problems.append(error.problem.or_at(value.place))
        with suppress(Reported, Invalid):
            _fitted(context, entry, kinds[meant])
        raise Reported
    return entry


def _bare_word(word: Scalar, context: ValidationContext) -> ActionModel:
    """An action by its word alone, as `end`: one whose value may be left out."""
    node = nodes.Mapping(word.place)
    node[word] = Scalar("", word.place)
    model = kind_of(node, _kinds(context).actions, "action")
    if model.needs_a_value():
        raise invalid("no-value", f"`{word}` needs a value", word, suggestion=_example(model) or f"{word}: …")
    made = model()
    made._origin = Origin(word.place)
    return made


def _example(model: type[ActionModel]) -> str:
    """The first line of the example in its docstring."""
    found = re.search(r"```yaml\n\s*(.+)", model.__doc__ or "")
    return found[1].strip() if found is not None else ""


def _fitted(context: ValidationContext, value: object, model: type[Kind]) -> Kind:
    assert isinstance(value, nodes.Mapping)
    found, is_whole = (
        fit_partly(context, value, model) if context.partial else (fit_into(context, value, model), True)
    )
    if found is None:
        raise Reported
    found._origin = Origin(value.place)
    found._is_whole = is_whole
    return found


def _steps(value: object, info: ValidationInfo) -> object:
    return value if isinstance(value, tuple) else read_steps(value, _context(info))


def read_steps(value: object, context: ValidationContext) -> tuple[ActionModel, ...]:
    """A list of actions, or one.

    Raises Reported where one is wrong, once all were read: their problems stand in the context then.
    """
    if not isinstance(value, nodes.Sequence | nodes.Mapping | Scalar):
        raise invalid("wrong-shape", "a list of actions is expected here", found=shape(value))
    items: Iterable[nodes.Node] = value if isinstance(value, nodes.Sequence) else [value]
    steps, failed = [], False
    for item in items:
        try:
            steps.append(_action(item, context))
        except (Reported, Invalid) as error:
            failed = True
            if context.partial:
                steps.append(unread_step(item, _kinds_meant(item, context), context))
            elif isinstance(error, Invalid):
                context.problems.append(error.problem.or_at(item.place))
    if failed and not context.partial:
        raise Reported
    return tuple(steps)


def _kinds_meant(item: nodes.Node, context: ValidationContext) -> list[type[ActionModel]]:
    kinds = _kinds(context).actions
    return [kinds[key] for key in item if key in kinds] if isinstance(item, nodes.Mapping) else []


def _awaited(value: object, info: ValidationInfo) -> object:
    """A duration, a trigger, or an expression: told apart by their shape."""
    if isinstance(value, float | Expression | TriggerModel):
        return value
    if isinstance(value, nodes.Mapping) and value.keys() <= readers.UNITS:
        raise readers.spelled_out(value, "a duration as `10m`")
    if isinstance(value, nodes.Mapping):
        return _trigger(value, info)
    value, _ = whole_constant(value, definitions_of(info))
    if isinstance(value, Scalar) and _LIKE_A_DURATION.match(value):
        try:
            return duration(str(value))
        except Invalid as error:
            raise invalid_in(value, "duration", error.problem) from None
    return readers.expression(value, info)


AnyTrigger = Annotated[TriggerModel, ReadBy(_trigger, {DEFINED: "trigger"})]
"""One trigger of any kind."""

Steps = Annotated[tuple[ActionModel, ...], ReadBy(_steps, {DEFINED: "steps"})]
"""A list of actions, or one."""

Awaited = Annotated[float | Expression | TriggerModel, ReadBy(_awaited, {DEFINED: "awaited"})]
"""A duration in seconds, an expression, or a trigger."""
