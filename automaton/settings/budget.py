"""So many within so long, as it is written: `3/1h`."""

from __future__ import annotations

import re
from typing import Annotated

from automaton.core.gates.limits import Budget as CoreBudget
from automaton.expr.units import UnitError, duration
from automaton.schema.mistake import mistake
from automaton.schema.readers import read_by, text_of

_WRITTEN = re.compile(r"([0-9]{1,6})\s*/\s*(\S+)")
_EXPECTED = "a budget as `3/1h`"


def parse_budget(text: str) -> CoreBudget:
    """Raises UnitError."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise UnitError("a budget is written as `3/1h`: three in any hour")
    within = duration(found[2])
    if int(found[1]) < 1 or within <= 0:
        raise UnitError("a budget allows at least one, in a time above zero")
    return CoreBudget(int(found[1]), within)


def _budget(value: object) -> CoreBudget:
    if isinstance(value, CoreBudget):
        return value
    text = text_of(value, _EXPECTED)
    try:
        return parse_budget(str(text))
    except UnitError as error:
        raise mistake("budget", error.message, text, suggestion=error.suggestion) from None


Budget = Annotated[
    CoreBudget, read_by(_budget, type="string", pattern=r"^[0-9]+ */ *([0-9]+(w|d|h|m|s|ms))+$")
]
"""At most so many within any stretch of so many seconds."""
