"""In which facts a truth can only rise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.applied import Applied
from automaton.core.truth import UNKNOWN, Value
from automaton.expr.expression import parse_expression


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("console_age > 10m", {"console_age"}),
        ("10m <= console_age", {"console_age"}),
        ('state == "running" and console_age > 10m', {"console_age"}),
        ("console_age > 10m or memory_pct >= 90", {"console_age", "memory_pct"}),
        ("console_age < 10m", set()),
        ("not console_age > 10m", set()),
        ("console_age > 10m and console_age < 20m", set()),
        ("console_age > state_age", set()),
        ("console_age - 5m > 10m", set()),
        ("console_age == 10m", set()),
        ("(console_age > 10m) == true", set()),
    ],
)
def test_a_fact_rises_where_it_stands_only_on_the_greater_side(text: str, facts: set[str]) -> None:
    assert parse_expression(text).rising == facts


class Ages:
    def __init__(self, age: float, pct: float) -> None:
        self._values = {"console_age": Value(age, slope=1.0), "memory_pct": Value(pct)}

    def read(self, name: str) -> Value:
        return self._values.get(name, UNKNOWN)

    def apply(self, applied: Applied) -> Value:
        return UNKNOWN


TEXTS = [
    "console_age > 10s",
    "console_age >= 10s",
    "console_age < 10s",
    "memory_pct > 5",
    "not memory_pct > 5",
]


@given(
    st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4),
    st.sampled_from([" and ", " or "]),
    st.integers(0, 20),
    st.integers(0, 20),
    st.integers(0, 10),
)
def test_what_is_false_stays_false_when_such_a_fact_falls(
    texts: list[str], how: str, age: int, less: int, pct: int
) -> None:
    expression = parse_expression(how.join(f"({text})" for text in texts))
    before = expression.truth(Ages(age, pct), 0.0).value
    if "console_age" in expression.rising and before is False:
        assert expression.truth(Ages(max(0, age - less), pct), 0.0).value is False
