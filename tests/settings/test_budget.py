"""So many within so long."""

from __future__ import annotations

import pytest

from automaton.core.gates.limits import Budget
from automaton.errors import Invalid
from automaton.settings.budget import parse_budget


@pytest.mark.parametrize(
    ("text", "budget"),
    [("3/1h", Budget(3, 3600.0)), ("20 / 10m", Budget(20, 600.0)), ("1/1h30m", Budget(1, 5400.0))],
)
def test_a_budget_is_a_number_in_a_time(text: str, budget: Budget) -> None:
    assert parse_budget(text) == budget


@pytest.mark.parametrize("text", ["3", "3/h", "0/1h", "3/0s", "3/1h/2", "-1/1h", "three/1h", "", "3/60"])
def test_what_is_no_budget_says_so(text: str) -> None:
    with pytest.raises(Invalid):
        parse_budget(text)
