"""Functions of the language as they are asked for."""

from __future__ import annotations

import pytest

from automaton.core.expression import Applied
from automaton.expr.expression import parse_expression


@pytest.mark.parametrize(
    ("text", "wakes"),
    [
        ("count(memory_pct > 90) > 1", {"count(memory_pct > 90)"}),
        ("avg(memory_pct, 5m) > 90", {"memory_pct"}),
        ("eta(disk, disk_limit, 2h) < 6h", {"disk", "disk_limit"}),
        ('firing("x")', {'firing("x")'}),
        ("seen(ready, 5m)", {"seen(ready, 5m)"}),
    ],
)
def test_what_wakes_a_function_are_its_facts_or_its_own_text(text: str, wakes: set[str]) -> None:
    expression = parse_expression(text)

    assert expression.names == wakes
    assert frozenset[str]().union(*(one.wakes for one in expression.applied)) == wakes


def test_two_of_the_same_text_are_the_same() -> None:
    assert Applied("count", "count(connected)", parse_expression("connected")) == Applied(
        "count", "count(connected)"
    )
