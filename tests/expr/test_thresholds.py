"""Which numbers of an expression a chart can draw."""

from __future__ import annotations

import pytest

from automaton.expr.expression import parse_expression
from automaton.expr.thresholds import Threshold, thresholds
from automaton.expr.tree import Comparing

MORE, LESS, AT_LEAST = Comparing.MORE, Comparing.LESS, Comparing.AT_LEAST


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("memory_pct > 90", [Threshold("memory_pct", MORE, 90)]),
        ("90 < memory_pct", [Threshold("memory_pct", MORE, 90)]),
        ("memory > 1GiB and not cpu_pct < 5", [
            Threshold("memory", MORE, 1024**3), Threshold("cpu_pct", LESS, 5),
        ]),
        ("avg(cpu_pct, 5m) >= 150", [Threshold("cpu_pct", AT_LEAST, 150, "avg")]),
        ("rate(rx, 1m) > 1MiB", [Threshold("rx", MORE, 1024**2, "rate")]),
        ("state == 'running' and players > rx", []),
        ("count(memory_pct > 90) > 3", [Threshold("memory_pct", MORE, 90)]),
    ],
)  # fmt: skip
def test_a_number_beside_a_reading_is_a_line_of_its_chart(source: str, found: list[Threshold]) -> None:
    assert list(thresholds(parse_expression(source).tree)) == found
