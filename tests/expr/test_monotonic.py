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


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("memory_pct > 90", {"memory_pct": 90}),
        ('cpu_pct > 300 and state == "running" and 90 <= memory_pct', {"cpu_pct": 300, "memory_pct": 90}),
        ("cpu_pct > 300 and (cpu_pct > 400 and players < 1)", {"cpu_pct": 400}),
        ("cpu_pct > 300 or memory_pct > 90", {}),
        ("cpu_pct > 300 and (memory_pct > 90 or players < 1)", {"cpu_pct": 300}),
        ("not cpu_pct > 300", {}),
        ("cpu_pct > memory_pct", {}),
    ],
)
def test_a_fact_decides_where_nothing_is_true_unless_it_is_above_a_number(
    text: str, facts: dict[str, float]
) -> None:
    assert parse_expression(text).deciding == facts


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


class Frame:
    """The figures of one frame, all good until the same moment; and an age."""

    def __init__(self, cpu: float, memory: float, until: float, age: float) -> None:
        self._values = {
            "cpu_pct": Value(cpu, until), "memory_pct": Value(memory, until),
            "console_age": Value(age, slope=1.0),
        }  # fmt: skip

    def read(self, name: str) -> Value:
        return self._values.get(name, UNKNOWN)

    def apply(self, applied: Applied) -> Value:
        return UNKNOWN


@given(
    st.lists(
        st.sampled_from([*TEXTS, "cpu_pct > 5", "3 <= cpu_pct", "players > 1", "not cpu_pct > 4"]),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from([" and ", " or "]),
    st.tuples(st.integers(0, 10), st.integers(0, 10)),
    st.tuples(st.integers(0, 10), st.integers(0, 10)),
    st.integers(0, 20),
)
def test_while_a_fact_that_decides_is_below_its_limit_a_new_frame_leaves_it_false_for_as_long(
    texts: list[str], how: str, first: tuple[int, int], second: tuple[int, int], age: int
) -> None:
    expression = parse_expression(how.join(f"({text})" for text in texts))
    before = expression.truth(Frame(*first, until=15.0, age=age), 0.0)
    after = expression.truth(Frame(*second, until=16.0, age=age), 0.0)
    decided = dict(zip(("cpu_pct", "memory_pct"), second, strict=True))
    if any(decided.get(fact, limit) < limit for fact, limit in expression.deciding.items()):
        assert after.value is False
        assert before.value is not False or after.until >= before.until
