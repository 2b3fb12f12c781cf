"""What lies between two bounds settles what it can, and nothing else."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from automaton.core.truth import TICK, Value
from automaton.expr.comparison import compare
from automaton.expr.numbers import arithmetic
from automaton.expr.tree import Comparing, Operator

THREE_TO_FIVE = Value(3, at_least=True, at_most=5)


@pytest.mark.parametrize(
    ("how", "other", "settled"),
    [
        (Comparing.MORE, 2, True),
        (Comparing.MORE, 3, None),
        (Comparing.MORE, 5, False),
        (Comparing.AT_LEAST, 3, True),
        (Comparing.AT_LEAST, 5, None),
        (Comparing.AT_LEAST, 6, False),
        (Comparing.LESS, 6, True),
        (Comparing.LESS, 5, None),
        (Comparing.LESS, 3, False),
        (Comparing.AT_MOST, 5, True),
        (Comparing.AT_MOST, 2, False),
        (Comparing.EQUAL, 4, None),
        (Comparing.EQUAL, 6, False),
        (Comparing.UNEQUAL, 2, True),
        (Comparing.UNEQUAL, 3, None),
    ],
)
def test_a_count_of_which_some_are_unknown(how: Comparing, other: int, settled: bool | None) -> None:
    assert compare(THREE_TO_FIVE, how, Value(other), 0.0) == Value(settled)


def test_two_counts_are_compared_by_both_their_bounds() -> None:
    assert compare(THREE_TO_FIVE, Comparing.MORE, Value(1, at_least=True, at_most=2), 0.0).plain is True
    assert compare(THREE_TO_FIVE, Comparing.MORE, Value(1, at_least=True, at_most=3), 0.0).plain is None
    assert compare(THREE_TO_FIVE, Comparing.LESS, Value(6, at_least=True), 0.0).plain is True


def test_bounds_that_grow_turn_when_the_first_of_them_crosses() -> None:
    age = Value(10.0, slope=1.0, at_least=True, at_most=30.0)

    assert compare(age, Comparing.LESS, Value(40), 100.0) == Value(True, until=110.0)
    assert compare(age, Comparing.MORE, Value(20), 100.0) == Value(None, until=110.0 + TICK)


def test_arithmetic_takes_the_bounds_along() -> None:
    assert arithmetic(Value(10), Operator.MINUS, THREE_TO_FIVE) == Value(5, at_least=True, at_most=7)
    assert arithmetic(THREE_TO_FIVE, Operator.OVER, Value(10)) == Value(0.3, at_least=True, at_most=0.5)
    assert arithmetic(THREE_TO_FIVE, Operator.TIMES, Value(-2)) == Value(-10, at_least=True, at_most=-6)
    assert arithmetic(THREE_TO_FIVE, Operator.TIMES, THREE_TO_FIVE) == Value(9, at_least=True, at_most=25)
    assert arithmetic(Value(6), Operator.OVER, THREE_TO_FIVE) == Value(1.2, at_least=True, at_most=2.0)
    assert arithmetic(Value(6), Operator.OVER, Value(-1, at_least=True, at_most=1)) == Value(None)


def between(low: int, width: int | None) -> Value:
    if width == 0:
        return Value(low)
    return Value(low, at_least=True, at_most=inf if width is None else low + width)


values = st.builds(between, st.integers(-4, 4), st.one_of(st.none(), st.integers(0, 4)))
hows = st.sampled_from(list(Comparing))


def possible(value: Value) -> list[int]:
    """Some of the numbers that a value can be."""
    assert isinstance(value.plain, int)
    if not value.at_least:
        return [value.plain]
    most = value.plain + 9 if value.at_most == inf else int(value.at_most)
    return list(range(value.plain, most + 1))


@given(values, hows, values)
def test_what_is_settled_is_so_whatever_the_numbers_are(left: Value, how: Comparing, right: Value) -> None:
    answers = {compare(Value(a), how, Value(b), 0.0).plain for a in possible(left) for b in possible(right)}
    settled = compare(left, how, right, 0.0).plain

    assert settled is (answers.pop() if len(answers) == 1 else None)


@given(values, st.sampled_from(list(Operator)), values)
def test_an_outcome_lies_between_its_bounds(left: Value, operator: Operator, right: Value) -> None:
    outcome = arithmetic(left, operator, right)
    assume(outcome.plain is not None)
    assert isinstance(outcome.plain, int | float)
    most = outcome.at_most if outcome.at_least else outcome.plain

    for a in possible(left):
        for b in possible(right):
            exact = arithmetic(Value(a), operator, Value(b)).plain
            assert isinstance(exact, int | float)
            assert outcome.plain - 1e-9 <= exact <= most + 1e-9
