"""The types of fields that hold triggers and actions: `AnyTrigger`, `Steps`, `Awaited`.

Kinds that hold others (`any`, `if`, `wait`) use these, so kinds never import each other: which kinds there
are comes with the ValidationContext, and rulebook/catalogue.py finds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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
from automaton.schema.validate import fit_into

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
    return _fitted(context, value, kind_of(value, _kinds(context).triggers, "trigger"))


def _action(value: object, context: ValidationContext) -> ActionModel:
    kinds = _kinds(context).actions
    if isinstance(value, Scalar) and not value.is_null:
        return _bare_word(value, context)
    return _fitted(context, value, kind_of(value, kinds, "action"))


def _bare_word(word: Scalar, context: ValidationContext) -> ActionModel:
    """An action by its word alone, as `end`: one whose value may be left out."""
    node = nodes.Mapping(word.place)
    node[word] = Scalar("", word.place)
    model = kind_of(node, _kinds(context).actions, "action")
    if model.needs_a_value():
        raise invalid("no-value", f"`{word}` needs a value", word, expected=f"`{word}: …` as a mapping")
    return model()


def _fitted(context: ValidationContext, value: object, model: type[Kind]) -> Kind:
    assert isinstance(value, nodes.Mapping)
    found = fit_into(context, value, model)
    if found is None:
        raise Reported
    found._origin = Origin(value.place)
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
        except Reported:
            failed = True
        except Invalid as error:
            failed = True
            if not context.partial:
                context.problems.append(error.problem.or_at(item.place))
    if failed and not context.partial:
        raise Reported
    return tuple(steps)


def _awaited(value: object, info: ValidationInfo) -> object:
    """A duration, a trigger, or an expression: told apart by their shape."""
    if isinstance(value, float | Expression | TriggerModel):
        return value
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
