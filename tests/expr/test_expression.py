"""An expression knows what it reads and asks, and is the same wherever it is written."""

from __future__ import annotations

import pytest

from automaton.core.truth import Truth
from automaton.errors import Invalid
from automaton.expr.expression import parse_expression
from tests.expr.oracle import Ages


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('state == "running" and memory_pct > 90', {"state", "memory_pct"}),
        ('it.player == "Steve"', {"it.player"}),
        ("avg(memory_pct, 5m) > 90", {"memory_pct"}),
        ("true", set()),
    ],
)
def test_its_names_are_the_facts_that_it_reads(text: str, names: set[str]) -> None:
    assert names <= parse_expression(text).names


def test_what_servers_are_asked_that_are_counted_is_no_name_of_its_own() -> None:
    counted = parse_expression("count(memory_pct > 90) > 2")

    assert "memory_pct" not in counted.names
    (applied,) = counted.applied
    assert applied.of is not None
    assert (set(counted.functions), applied.of.source) == ({"count"}, "memory_pct > 90")
    assert applied.of.names == {"memory_pct"}


def test_two_of_one_source_are_equal_and_parsed_once() -> None:
    assert parse_expression("connected") is parse_expression("connected")
    assert parse_expression("connected") != parse_expression("not connected")


def test_what_is_no_truth_is_unknown_as_one_and_a_truth_says_until_when() -> None:
    scope = Ages({"memory_pct": 93.5}, 10.0)

    assert parse_expression("memory_pct").truth(scope, 10.0).value is None
    assert parse_expression("memory_pct > 90").truth(scope, 10.0) == Truth(True)


def test_a_mistake_says_where_it_is() -> None:
    with pytest.raises(Invalid) as caught:
        parse_expression("memory_pct > > 90")

    assert caught.value.problem.offset == 13
