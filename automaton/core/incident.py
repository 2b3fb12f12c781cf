"""One opening of a rule for one key, until it clears."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from automaton.core.events import NO_FIELDS, FieldValue
from automaton.core.moment import Moment


@dataclass(slots=True, eq=False)
class Incident:
    """`matches`: in the window when it opened, then since. `told`: channels that heard of the opening."""

    number: int
    opened: Moment
    matches: int = 0
    fields: Mapping[str, FieldValue] = field(default_factory=lambda: NO_FIELDS)
    told: set[str] = field(default_factory=set)
    cleared: Moment | None = None
