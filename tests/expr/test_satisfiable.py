"""Certain contradictions are found, and nothing that could be is called one."""

from __future__ import annotations

import pytest

from automaton.expr.expression import parse_expression
from automaton.expr.satisfiable import can_be, can_be_together


@pytest.mark.parametrize(
    "text",
    [
        "false",
        "not true",
        'state == "offline" and state == "running"',
        'state in ["offline", "stopping"] and state == "running"',
        'state == "offline" and state != "offline"',
        'state not in ["offline", "starting", "running", "stopping"]',
        "memory_pct > 90 and memory_pct < 80",
        "memory_pct > 100",
        "memory_pct > 90 and not memory_pct > 90",
        "players < 0",
        "players == 3 and players != 3",
        "players > 3 and players <= 3",
        "90 < memory_pct and 80 > memory_pct",
        "installing and not installing",
        "share(not connected) > 50%",
        "share(not connected) > 1",
        "count(not connected) < 0",
        'name == "a" and name == "b"',
        'state == "running" and stopped_by == "crash"',
        'it.x == "a" and it.x == "b"',
        "avg(memory_pct, 5m) > 120",
        "state_age < 5m and (state_age > 10m or state_age > 20m)",
        "(connected == true) and (connected == false)",
        "age(world_saved) > 5m and age(world_saved) < 5m",
    ],
)
def test_a_contradiction_can_never_be_true(text: str) -> None:
    assert not can_be(parse_expression(text).tree)


@pytest.mark.parametrize(
    "text",
    [
        "true",
        'state == "offline" or state == "running"',
        'state == "offline" and stopped_by == "crash"',
        'state == "running" and stopped_by == "nobody"',
        "memory_pct > 90 and memory_pct < 95",
        "memory_pct >= 100",
        "disk_pct > 100",
        "cpu_pct > 350",
        "share(not connected) > 0.5 and total >= 3",
        'state != "offline" and state != "running"',
        "it.x > 3 and it.x < 9",
        "players == 3 and players >= 3",
        "rate(rx, 5m) < 0",
        "memory > memory_limit and memory < memory_limit",  # of two facts nothing is known
        'name != "a" and name != "b"',
        "installing and not suspended",
        "age(world_saved) > 5m and age(ready) < 5m",
        '"prod" in tags and "lab" in tags',
        " and ".join(f"(memory_pct > {n} or memory_pct < {n})" for n in range(20)),
    ],
)
def test_what_could_be_is_possible(text: str) -> None:
    assert can_be(parse_expression(text).tree)


@pytest.mark.parametrize(
    "text",
    [
        'state != "offline" or state != "running"',
        "true",
        "state_age >= 0s",
        "connected or not connected",
        "memory_pct <= 100",
    ],
)
def test_what_can_never_be_false_is_always_true(text: str) -> None:
    assert not can_be(parse_expression(text).tree, wanted=False)


def test_two_expressions_are_held_against_each_other() -> None:
    high, low, higher = (
        parse_expression(text).tree for text in ("memory_pct > 90", "memory_pct < 80", "memory_pct > 95")
    )

    assert can_be_together((high, False), (low, True))
    assert not can_be_together((high, True), (low, True))
    assert not can_be_together((high, False), (higher, True))
