"""A budget as it is written: `3/1h` is three in any hour."""

from __future__ import annotations

import re
from typing import Annotated

from automaton.core.gates import Budget as CoreBudget
from automaton.errors import Invalid
from automaton.expr.units import duration
from automaton.problem import Problem
from automaton.schema.annotations import read_by
from automaton.schema.invalid import invalid_in
from automaton.schema.readers import text_of

_WRITTEN = re.compile(r"([0-9]{1,6})\s*/\s*(\S+)")
_EXPECTED = "a budget as `3/1h`"


def parse_budget(text: str) -> CoreBudget:
    """The budget that a text such as `3/1h` is. Raises Invalid."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise Invalid(Problem("a budget is written as `3/1h`: three in any hour"))
    within = duration(found[2])
    if int(found[1]) < 1 or within <= 0:
        raise Invalid(Problem("a budget allows at least one, in a time above zero"))
    return CoreBudget(int(found[1]), within)


def _budget(value: object) -> CoreBudget:
    if isinstance(value, CoreBudget):
        return value
    text = text_of(value, _EXPECTED)
    try:
        return parse_budget(str(text))
    except Invalid as error:
        raise invalid_in(text, "budget", error.problem) from None


Budget = Annotated[
    CoreBudget, read_by(_budget, type="string", pattern=r"^[0-9]+ */ *([0-9]+(w|d|h|m|s|ms))+$")
]
"""At most so many within any stretch of so many seconds."""
