"""A time of the day as it is written: `07:30`."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from automaton.core.schedule.calendar import DAY
from automaton.errors import Invalid
from automaton.problem import Problem
from automaton.schema.annotations import CONSTANT
from automaton.schema.readers import read

_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


def clock(text: str) -> int:
    """Seconds of the day, from text such as `07:30`; `24:00` is its end. Raises Invalid."""
    found = _CLOCK.fullmatch(text)
    second = int(found[1]) * 3600 + int(found[2]) * 60 if found else DAY + 1
    if second > DAY:
        raise Invalid(Problem("a time of the day is written like `07:30`"))
    return second


ClockText = Annotated[
    int,
    BeforeValidator(read(clock, "clock", "a time of the day as `07:30`")),
    WithJsonSchema({"type": "string", "pattern": r"^([01]?[0-9]|2[0-4]):[0-5][0-9]$", CONSTANT: True}),
]
"""Seconds of the day."""
