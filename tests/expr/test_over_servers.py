"""A fact of one server in a wider rule: the examples are right there, and of what is written."""

from __future__ import annotations

import re

import pytest

from automaton.core.facts.kind import Kind
from automaton.core.facts.table import SERVER_FACTS
from automaton.expr.expression import parse_expression
from automaton.expr.known_names import KnownNames
from automaton.expr.type_check import check
from automaton.problem import Problem

EACH = KnownNames(each=SERVER_FACTS)


def told(text: str, want: Kind) -> list[Problem]:
    return check(parse_expression(text), {}, want, known=EACH)


@pytest.mark.parametrize(
    ("text", "instead", "total"),
    [
        ("cpu_pct > 90", "count(cpu_pct > 90) > 0", "sum(cpu_pct) > 90"),
        ("avg(memory_pct, 5m) > 90", "count(avg(memory_pct, 5m) > 90) > 0", "sum(avg(memory_pct, 5m)) > 90"),
        ("5 < players", "count(5 < players) > 0", ""),
        ("players * 2 > 5", "count(players * 2 > 5) > 0", ""),
        ('state == "running"', 'count(state == "running") > 0', ""),
        ("console_age > 5m", "count(console_age > 5m) > 0", ""),
        ("not connected", "count(not connected) > 0", ""),
        ("connected", "count(connected) > 0", ""),
    ],
)
def test_the_comparison_that_is_written_is_asked_of_all(text: str, instead: str, total: str) -> None:
    (problem,) = told(text, Kind.TRUTH)

    assert problem.suggestion == instead
    assert (f"`{total}` for their total" in problem.expected) if total else "sum" not in problem.expected


@pytest.mark.parametrize(
    "text", ["players", "memory", "uptime", "state", "name", "tags", "console_age", "avg(cpu_pct, 5m)"]
)
def test_a_value_of_a_text_is_not_made_a_truth(text: str) -> None:
    (problem,) = told(text, Kind.ANY)

    assert problem.suggestion == ""
    assert f"names({text}" in problem.expected or "in tags" in problem.expected


@pytest.mark.parametrize("text", ["cpu_pct > 90", "players", "memory", "uptime", "state", "tags"])
def test_every_example_is_right(text: str) -> None:
    (problem,) = told(text, Kind.ANY)

    for example in re.findall("`([^`]+)`", problem.expected):
        assert told(example, Kind.ANY) == []
