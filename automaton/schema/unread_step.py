"""What is right of a wrong step, so that its other mistakes are found in the same pass. It is never run."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from pydantic import TypeAdapter, ValidationError

from automaton.core.facts.row import Where
from automaton.core.facts.table import of_rule
from automaton.errors import Invalid
from automaton.schema import nodes
from automaton.schema.context import ValidationContext
from automaton.schema.kinds import ActionModel, Origin


class UnreadStep(ActionModel):
    """The values of a wrong step that can be read by themselves: expressions, texts, triggers, and steps.

    `gives` is what the step that was meant has for those that follow; of one that nobody knows, anything.
    """

    verb: ClassVar[str] = ""
    gives: ClassVar[frozenset[str]] = frozenset(of_rule(Where.ANSWERED))

    values: tuple[Any, ...] = ()
    inside: tuple[tuple[ActionModel, ...], ...] = ()

    def blocks(self) -> tuple[tuple[ActionModel, ...], ...]:
        """The lists of actions that could be read."""
        return self.inside


def unread_step(node: nodes.Node, kinds: list[type[ActionModel]], context: ValidationContext) -> UnreadStep:
    """What is right of a step that is of one of these kinds, or was to be."""
    values: list[object] = []
    inside: list[tuple[ActionModel, ...]] = []
    for key, value in node.items() if isinstance(node, nodes.Mapping) else ():
        for kind in kinds:
            name = next((name for name, field in kind.model_fields.items() if key in (field.alias, name)), "")
            if not name:
                continue
            found = _alone(kind, name, value, context)
            if isinstance(found, tuple) and found and isinstance(found[0], ActionModel):
                inside.append(found)
            elif found is not None:
                values.append(found)
            break
    step = (_of_kind(kinds[0]) if kinds else UnreadStep)(values=tuple(values), inside=tuple(inside))
    step._origin = Origin(node.place)
    step._is_whole = False
    return step


def _alone(kind: type[ActionModel], name: str, value: nodes.Node, context: ValidationContext) -> object:
    """The value of one field, None where it is wrong: that is told already."""
    try:
        return _adapter(kind, name).validate_python(value, context=context)
    except (ValidationError, Invalid):
        return None


@cache
def _adapter(kind: type[ActionModel], name: str) -> TypeAdapter[object]:
    return TypeAdapter(kind.model_fields[name].rebuild_annotation())


@cache
def _of_kind(kind: type[ActionModel]) -> type[UnreadStep]:
    """A step of this kind: what is known in a countdown's texts, and behind an answer, hangs on it."""

    class Unread(UnreadStep):
        verb: ClassVar[str] = ""
        gives: ClassVar[frozenset[str]] = frozenset()

    Unread.verb, Unread.gives = kind.verb, getattr(kind, "gives", frozenset())
    return Unread
