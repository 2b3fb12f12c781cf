"""In which facts a truth can only rise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.expression import Applied
from automaton.core.truth import UNKNOWN, Value
from automaton.expr.expression import parse_expression


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("console_age > 10m", {"console_age": 600}),
        ("10m <= console_age", {"console_age": 600}),
        ('state == "running" and console_age > 10m', {"console_age": 600}),
        ("console_age > 10m or memory_pct >= 90", {"console_age": 600, "memory_pct": 90}),
        ("console_age > 10m or console_age > 5m and memory_pct > 90", {"console_age": 300, "memory_pct": 90}),
        ("console_age < 10m", {}),
        ("not console_age > 10m", {}),
        ("console_age > 10m and console_age < 20m", {}),
        ("console_age > state_age", {}),
        ("console_age - 5m > 10m", {}),
        ("console_age == 10m", {}),
        ("(console_age > 10m) == true", {}),
        ("avg(memory_pct, 5m) > 50 and memory_pct > 90", {}),
        ('name > "a"', {}),
    ],
)
def test_a_fact_rises_where_it_stands_only_on_the_greater_side_of_a_number(
    text: str, facts: dict[str, float]
) -> None:
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


@given(
    st.lists(st.sampled_from([*TEXTS, "memory_pct >= 3", "8 < memory_pct"]), min_size=1, max_size=4),
    st.sampled_from([" and ", " or "]),
    st.integers(0, 20),
    st.integers(0, 10),
    st.integers(0, 10),
)
def test_what_is_false_stays_false_and_stands_as_long_while_such_a_fact_is_below_its_limit(
    texts: list[str], how: str, age: int, pct: int, later: int
) -> None:
    expression = parse_expression(how.join(f"({text})" for text in texts))
    before = expression.truth(Ages(age, pct), 0.0)
    limit = expression.rising.get("memory_pct")
    if limit is not None and later < limit and before.value is False:
        after = expression.truth(Ages(age, later), 0.0)
        assert after.value is False
        assert after.until >= before.until  # whoever looks at the old moment looks soon enough
