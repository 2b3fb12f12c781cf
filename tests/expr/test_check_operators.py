"""Two sides that do not go together, and texts that a fact can never be."""

from __future__ import annotations

import pytest

from automaton.core.facts.kind import Kind
from automaton.core.facts.table import SERVER_FACTS
from automaton.expr.expression import parse_expression
from automaton.expr.type_check import check


def problems(text: str) -> list[tuple[int | None, str, str]]:
    found = check(parse_expression(text), SERVER_FACTS, Kind.TRUTH, it=frozenset({"player", "ms"}))
    return [(problem.offset, problem.message, problem.suggestion) for problem in found]


@pytest.mark.parametrize(
    ("text", "offset", "message", "suggestion"),
    [
        ("memory > 10m", 9, "a size is compared with a duration: `10m` is 10 minutes", ""),
        ("memory > 10s", 9, "a size is compared with a duration", ""),
        ("memory > 512", 9, "a size is compared with a bare number", "512MiB"),
        ("90 < console_age", 0, "a duration is compared with a bare number", "1m30s"),
        ('state == "runing"', 9, "`state` is never `runing`", '"running"'),
        ('"up" != state', 0, "`state` is never `up`", '"running"'),
        ('stopped_by in ["crash", "wing"]', 24, "`stopped_by` is never `wing`", '"wings"'),
        ("state < 'x'", 0, "texts have no order", ""),
        ("tags == ['x']", 0, "a list is asked with `in`", ""),
        ("'x' in name", 7, "a text where a list is wanted", ""),
        ("memory in tags", 0, "a size is looked for among texts", ""),
        ("disk_pct in [90%, 3m]", 18, "a percent is compared with a duration", ""),
        ("console_age * memory_pct > 3", 0, "an age is multiplied by something that is not constant", ""),
        ("console_age * console_age > 3", 0, "an age is multiplied by something that is not constant", ""),
        ("1 / console_age > 3", 4, "nothing can be divided by an age", ""),
        ("memory > memory_limit * 90%", 24, "a size is multiplied by a percent", ""),
        ("memory + 10m > 3GiB", 9, "a size and a duration make no sum", ""),
        ("memory + name > 3GiB", 9, "a text where a number is wanted", ""),
        ("-state > 3", 1, "a text where a number is wanted", ""),
        ("90% * players > 3", 6, "a percent is multiplied by a bare number", ""),
        ("players * 90% > 3", 10, "a bare number is multiplied by a percent", ""),
        ('connected == "no"', 0, "a truth is compared with a text", "not connected"),
        ('"yes" != connected', 0, "a text is compared with a truth", "not connected"),
        ("suspended == 1", 0, "a truth is compared with a bare number", "suspended"),
        ("installing == name", 0, "a truth is compared with a text", ""),
    ],
)
def test_two_sides_that_do_not_fit_say_why(text: str, offset: int, message: str, suggestion: str) -> None:
    assert problems(text) == [(offset, message, suggestion)]


@pytest.mark.parametrize(
    "text",
    [
        "3 * avg(cpu_pct, 1h) > 9",
        "avg(cpu_pct, 1h) * 3 > 9",
        "2 * memory > memory_limit",
        "3 * 90% > memory_pct",
    ],
)
def test_a_product_is_judged_whatever_its_order(text: str) -> None:
    assert problems(text) == []
