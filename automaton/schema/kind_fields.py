"""How one kind of trigger or action is told from another in a file.

Kinds that hold others (`if`, `wait`, `power`) name them by `AnyTrigger`, `Awaited` and `Steps`: which
kinds there are stands in the reading (rulebook/catalogue.py finds them), so kinds never import each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Protocol, TypeVar

from pydantic import ValidationInfo

from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid
from automaton.expr.expression import Expression
from automaton.expr.units import duration
from automaton.schema import nodes, readers
from automaton.schema.context import ValidationContext, names_of
from automaton.schema.definitions import whole
from automaton.schema.invalid import Reported, invalid, invalid_in
from automaton.schema.kinds import ActionModel, Origin, TriggerModel
from automaton.schema.readers import DEFINED, ReadBy, shape
from automaton.schema.scalar import Scalar
from automaton.schema.validate import fit_into

Kind = TypeVar("Kind", TriggerModel, ActionModel, covariant=True)


class Catalogue(Protocol):
    """The kinds there are, by their YAML word."""

    triggers: Mapping[str, type[TriggerModel]]
    actions: Mapping[str, type[ActionModel]]


def _reading(info: ValidationInfo) -> ValidationContext:
    assert isinstance(info.context, ValidationContext)
    return info.context


def _catalogue(reading: ValidationContext) -> Catalogue:
    kinds: Catalogue = reading.kinds  # type: ignore[assignment]  # the reading carries it unread
    return kinds


def _trigger(value: object, info: ValidationInfo) -> object:
    if isinstance(value, TriggerModel):
        return value
    reading = _reading(info)
    return _fitted(reading, value, _kind_of(value, _catalogue(reading).triggers, "trigger"))


def _action(value: object, reading: ValidationContext) -> ActionModel:
    kinds = _catalogue(reading)
    if isinstance(value, Scalar) and not value.is_null:  # a bare word, as `end`
        node = nodes.Mapping(value.place)
        node[value] = Scalar("", value.place)
        model = _kind_of(node, kinds.actions, "action")
        if model.model_fields[next(iter(model.model_fields))].is_required():
            message = f"`{value}` needs a value"
            raise invalid("no-value", message, value, expected=f"`{value}: …` as a mapping")
        return model()
    return _fitted(reading, value, _kind_of(value, kinds.actions, "action"))


def _steps(value: object, info: ValidationInfo) -> object:
    return value if isinstance(value, tuple) else read_steps(value, _reading(info))


def read_steps(value: object, reading: ValidationContext) -> tuple[ActionModel, ...]:
    """A list of actions, or one. Raises where one is wrong; their mistakes are in the reading then."""
    if not isinstance(value, nodes.Sequence | nodes.Mapping | Scalar):
        raise invalid("wrong-shape", "a list of actions is expected here", found=shape(value))
    items: Iterable[nodes.Node] = value if isinstance(value, nodes.Sequence) else [value]
    steps, failed = [], False
    for item in items:
        try:
            steps.append(_action(item, reading))
        except Reported:
            failed = True
        except Invalid as error:
            failed = True
            if not reading.partial:
                reading.problems.append(error.problem.or_at(item.place))
    if failed and not reading.partial:
        raise Reported()
    return tuple(steps)


def _awaited(value: object, info: ValidationInfo) -> object:
    """A duration, a trigger, or an expression: told apart by their shape."""
    if isinstance(value, float | Expression | TriggerModel):
        return value
    if isinstance(value, nodes.Mapping):
        return _trigger(value, info)
    value, _ = whole(value, names_of(info))
    if isinstance(value, Scalar) and _LIKE_A_DURATION.match(value):
        try:
            return duration(str(value))
        except Invalid as error:
            raise invalid_in(value, "duration", error.problem) from None
    return readers.expression(value, info)


_LIKE_A_DURATION = re.compile(r"\s*\d+(\.\d+)?\s*([a-zA-Zµ]+\s*(\d+\s*[a-zA-Z]+\s*)*)?$")


def _kind_of(value: object, kinds: Mapping[str, type[Kind]], what: str) -> type[Kind]:
    """The kind that a mapping's keys name: exactly one."""
    if not isinstance(value, nodes.Mapping):
        raise invalid(
            "wrong-shape",
            f"{_an(what)} is a mapping",
            value,
            found=shape(value),
            suggestion=_meant(value, what),
        )
    named = [key for key in value if key in kinds]
    # A kind may have a key that is another kind's word: `countdown` has its own `say`.
    leading = [key for key in named if all(one == key or one in kinds[key].known_keys() for one in named)]
    if len(leading) == 1:
        return kinds[leading[0]]
    if named:
        both = " and ".join(f"`{key}`" for key in named)
        raise invalid("two-kinds", f"{both} are two {what}s: each stands in an entry of its own", named[1])
    first = next(iter(value), None)
    near = nearest(first, list(kinds)) if first is not None else None
    message = f"unknown {what} `{first}`{did_you_mean(near)}" if first is not None else f"an empty {what}"
    expected = "" if near else ", ".join(f"`{word}`" for word in kinds)
    raise invalid("unknown-kind", message, first, offset=0, expected=expected, suggestion=near or "")


def _meant(value: object, what: str) -> str:
    """What a trigger was to be that is no mapping: several, or an event by its bare name."""
    if what != "trigger":
        return ""
    if isinstance(value, nodes.Sequence):
        return "any: […]"
    return f"{{event: {value}}}" if isinstance(value, Scalar) and not value.is_null else ""


def _fitted(reading: ValidationContext, value: object, model: type[Kind]) -> Kind:
    assert isinstance(value, nodes.Mapping)
    found = fit_into(reading, value, model)
    if found is None:
        raise Reported()
    found._origin = Origin(value.place)
    return found


def _an(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


AnyTrigger = Annotated[TriggerModel, ReadBy(_trigger, {DEFINED: "trigger"})]
"""One trigger of any kind."""

Steps = Annotated[tuple[ActionModel, ...], ReadBy(_steps, {DEFINED: "steps"})]
"""A list of actions, or one."""

Awaited = Annotated[float | Expression | TriggerModel, ReadBy(_awaited, {DEFINED: "awaited"})]
"""A duration in seconds, an expression, or a trigger."""
