"""The leaves of a model: its expressions, texts and triggers, at any depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from automaton.expr.expression import Expression
from automaton.expr.template import Template
from automaton.schema.kinds import ActionModel, TriggerModel
from automaton.schema.scalar import Scalar
from automaton.schema.selector import ServerSelector

_PLAIN = frozenset({str, int, float, bool, type(None), Scalar, ServerSelector})

Leaf = Expression | Template | TriggerModel


def own_leaves(value: object) -> Iterator[Leaf]:
    """Those of a model outside the steps in it. A trigger is one leaf, whatever is inside it."""
    match value:
        case Expression() | Template() | TriggerModel():
            yield value
        case _:
            for part in _parts(value):
                if not isinstance(part, ActionModel):
                    yield from own_leaves(part)


def all_leaves(value: object) -> Iterator[Leaf]:
    """Those of a model, of the steps in it, and of its triggers."""
    match value:
        case Expression() | Template():
            yield value
            return
        case TriggerModel():
            yield value
        case ActionModel():
            for block in value.blocks():
                yield from all_leaves(block)
    for part in _parts(value):
        if not (isinstance(value, ActionModel) and _is_block(part)):
            yield from all_leaves(part)


def _is_block(part: object) -> bool:
    return isinstance(part, tuple) and bool(part) and isinstance(part[0], ActionModel)


def _parts(value: object) -> Iterator[object]:
    """What a value is made of and may have leaves in it, which plain text, numbers and nothing have not."""
    match value:
        case str() | int() | float() | None | ServerSelector():
            return
        case BaseModel():
            for name in type(value).model_fields:
                if type(part := getattr(value, name)) not in _PLAIN:
                    yield part
        case tuple() | list() | frozenset():
            yield from value
        case Mapping():
            yield from value.values()
