"""What an event meant: what happened, as triggers see it, and which facts may have changed.

What happens is a line, a change of state, or a named event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from automaton.core.events import NO_FIELDS, FieldValue, Source, State
from automaton.core.quick import quick

NOTHING: frozenset[str] = frozenset()
LINE = "line"
STATE = "state"
TIME = "time"
"""A moment that a trigger's schedule asked for (`Trigger.next_time`)."""


DEEPEST_FIELD = 5
"""Names behind `it.` (rule-language 3): the fields of nested objects in the body of a hook's call."""


def of_rule(rule: str) -> str:
    """The name of happenings of a rule, with fields `is` (open, cleared, tripped, failed), `rule`, `key`."""
    return f"rule:{rule}"


def of_hook(name: str) -> str:
    """The name of calls of a hook; their fields are those of the body."""
    return f"hook:{name}"


OF_A_CHANGE = "changes:"


def of_change(fact: str) -> str:
    """The name of changes of a fact from a known value to another; fields `old` and `new`."""
    return OF_A_CHANGE + fact


@quick()
class Heard:
    """A line as the pack reads it.

    `text` is the line without the pack's prefix, `whole` with it. `fields` are the prefix's named groups.
    `patterns` are those of the index that match `text`. `occurred` are the pack's events in the line, each
    with its fields.
    """

    text: str
    whole: str
    source: Source
    fields: Mapping[str, FieldValue] = field(default_factory=lambda: NO_FIELDS)
    patterns: frozenset[str] = frozenset()
    occurred: tuple[tuple[str, Mapping[str, FieldValue]], ...] = ()


@quick()
class Happening:
    """`name` is LINE, STATE, or the event's name. `fields` become `it.*`."""

    name: str
    fields: Mapping[str, FieldValue] = field(default_factory=lambda: NO_FIELDS)
    heard: Heard | None = None
    was: State | None = None
    now: State | None = None


@quick()
class Seen:
    """The facts that an event may have changed, and what happened, in order.

    `fallen` are those of the facts that can only have become less, like an age that started over.
    """

    changed: frozenset[str] = NOTHING
    happened: tuple[Happening, ...] = ()
    fallen: frozenset[str] = NOTHING
