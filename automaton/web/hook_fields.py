"""The body of a hook's call as the fields that become `it.*`: those of nested objects by dots, five deep.

Bounded, whoever wrote the body. Lists are left out: an expression has no word for their items, and what comes
first in a list is up to the caller.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from automaton.core.events import FieldValue
from automaton.core.happening import DEEPEST_FIELD

MOST_FIELDS = 512
"""A push to GitHub has some 250; each is kept with the incident that it opens."""

LONGEST_FIELD = 2000  # characters; what is longer is cut
LARGEST_NUMBER = 2**63  # beyond it a whole number is the text that it was written as

_FIELD = re.compile("[A-Za-z_][A-Za-z0-9_]{0,63}")


@dataclass(slots=True)
class HookFields:
    """`left_out` counts the values that found no room or lie too deep, but not what no rule could name."""

    fields: dict[str, FieldValue] = field(default_factory=dict)
    left_out: int = 0


def fields_of(body: Mapping[str, object]) -> HookFields:
    """The fields of a body. Those that lie less deep come first, so that they are the last to be left out."""
    found = HookFields()
    waiting: deque[tuple[str, Mapping[str, object], int]] = deque([("", body, 1)])
    while waiting:
        before, values, depth = waiting.popleft()
        for key, value in values.items():
            if not _FIELD.fullmatch(key):
                continue
            if isinstance(value, dict):
                if depth < DEEPEST_FIELD:
                    waiting.append((f"{before}{key}.", value, depth + 1))
                else:
                    found.left_out += 1
            elif value is None or isinstance(value, str | int | float):
                if len(found.fields) < MOST_FIELDS:
                    found.fields[before + key] = _value(value)
                else:
                    found.left_out += 1
    return found


def _value(value: FieldValue) -> FieldValue:
    match value:
        case bool():
            return value
        case str():
            return value[:LONGEST_FIELD]
        case int() if abs(value) >= LARGEST_NUMBER:
            return str(value)
    return value
