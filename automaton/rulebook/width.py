"""The keys of a rule that hold more than one value: `by`, `escalate`, `breaker`, `mutes`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, ValidationInfo

from automaton.core.key import By
from automaton.did_you_mean import nearest
from automaton.errors import Invalid
from automaton.expr.expression import Expression
from automaton.expr.units import duration
from automaton.schema import nodes, readers
from automaton.schema.base import Count, Duration, ExpressionText, Glob, OneOrMany, Strict
from automaton.schema.invalid import invalid
from automaton.schema.kind_fields import Steps
from automaton.schema.readers import CONSTANT, ReadBy, shape
from automaton.schema.scalar import Scalar

WORDS = frozenset(by.value for by in By)
WIDTHS = "`server`, `node`, `fleet`, or a list of expressions as `[it.player]`"


class Width(NamedTuple):
    """What one incident belongs to, and the values that a list adds to it."""

    by: By = By.SERVER
    values: tuple[Expression, ...] = ()


def _width(value: object, info: ValidationInfo) -> object:
    if isinstance(value, Width):
        return value
    if isinstance(value, nodes.Sequence):
        if not value:
            raise invalid("empty-list", "an empty list says nothing", found="`[]`", expected=WIDTHS)
        first = value[0]
        for other in value[1:]:
            if isinstance(other, Scalar) and other in WORDS:
                raise invalid(
                    "wrong-word", f"`{other}` stands first in the list, or not at all", other, offset=0
                )
        if isinstance(first, Scalar) and first in WORDS:
            return Width(By(first), tuple(readers.expression(one, info) for one in value[1:]))
        return Width(By.SERVER, tuple(readers.expression(one, info) for one in value))
    if not isinstance(value, str):
        raise invalid("wrong-shape", f"{WIDTHS} is expected here", found=shape(value))
    if value in WORDS:
        return Width(By(value))
    near = nearest(value, WORDS) or (f"[{value}]" if "." in value else "")
    raise invalid("wrong-word", f"`{value}` is not possible here", value, expected=WIDTHS, suggestion=near)


WidthText = Annotated[
    Width,
    ReadBy(
        _width,
        {
            "anyOf": [
                {"enum": [by.value for by in By]},
                {"type": "array", "minItems": 1, "items": {"type": "string"}},
            ]
        },
    ),
]
"""`server`, `node`, `fleet`, or a list of expressions that are added to it."""


class EscalationModel(Strict):
    """What is done once the incident has been open for so long."""

    after: Duration
    unless: ExpressionText | None = None
    do: Steps


def _reset(text: str) -> float | None:
    if text == "manual":
        return None
    try:
        return duration(text)
    except Invalid as error:
        message = f"{error.problem.message}; `manual` waits for a person"
        raise Invalid(replace(error.problem, message=message)) from None


ResetText = Annotated[
    float | None,
    ReadBy(
        readers.read(_reset, "duration", "a duration as `1h`, or `manual`"),
        {"type": "string", "pattern": r"^(manual|([0-9]+(w|d|h|m|s|ms))+)$", CONSTANT: True},
    ),
]
"""Seconds, or None for `manual`: a person only."""


class BreakerModel(Strict):
    """So many runs are allowed in the window; the next fire trips it."""

    max: Count
    within: Duration
    reset: ResetText = None
    then: Steps = ()


class MutesModel(Strict):
    """Whose notices and power actions are held while the incident is open."""

    rules: OneOrMany[Glob]
    actions: OneOrMany[Literal["notify", "power"]] = Field(default=("notify", "power"))
