"""Numbers that grow, and lower bounds, through arithmetic."""

from __future__ import annotations

from math import inf, nan

import pytest

from automaton.core.number_form import NumberForm
from automaton.core.truth import Plain, Printed, Value
from automaton.expr.numbers import arithmetic, negative, number
from automaton.expr.tree import Operator

AGE = Value(60.0, slope=1.0)
AT_LEAST = Value(60.0, slope=1.0, at_least=True)
TWO = Value(2)


@pytest.mark.parametrize(
    ("plain", "read"),
    [
        ("12", 12),
        ("-1.5", -1.5),
        ("+3", 3),
        ("1e5", 100_000),
        ("1,000", None),
        ("nan", None),
        ("", None),
        ("٣", None),
        (" 3", None),
        ("9" * 31, None),
        (True, None),
        (None, None),
        ((1,), None),
        (nan, None),
        (inf, None),
        (10**400, None),
    ],
)
def test_what_reads_as_a_number(plain: Plain, read: float | None) -> None:
    assert number(Value(plain)) == read


def test_what_a_game_printed_is_read_in_its_form() -> None:
    assert number(Printed("1,234.5", form=NumberForm(","))) == 1234.5
    assert number(Printed("1.234,5", form=NumberForm(".", ","))) == 1234.5
    assert number(Printed("1,234")) is None


@pytest.mark.parametrize(
    ("left", "operator", "right", "value"),
    [
        (AGE, Operator.PLUS, TWO, Value(62.0, slope=1.0)),
        (AGE, Operator.MINUS, AGE, Value(0.0)),
        (TWO, Operator.MINUS, AGE, Value(-58.0, slope=-1.0)),
        (AGE, Operator.TIMES, TWO, Value(120.0, slope=2.0)),
        (TWO, Operator.TIMES, AGE, Value(120.0, slope=2.0)),
        (AGE, Operator.OVER, TWO, Value(30.0, slope=0.5)),
        (AGE, Operator.TIMES, AGE, Value(None)),
        (TWO, Operator.OVER, AGE, Value(None)),
        (TWO, Operator.OVER, Value(0), Value(None)),
        (AT_LEAST, Operator.PLUS, TWO, Value(62.0, slope=1.0, at_least=True)),
        (AT_LEAST, Operator.TIMES, Value(-1), Value(None)),
        (AT_LEAST, Operator.TIMES, Value(0), Value(0.0)),
        (AT_LEAST, Operator.OVER, Value(-1), Value(None)),
        (TWO, Operator.MINUS, AT_LEAST, Value(None)),
        (Value(1e308), Operator.TIMES, Value(1e308), Value(None)),
        (Value(10**300), Operator.TIMES, Value(10**300), Value(None)),
        (Value(None, until=7.0), Operator.PLUS, Value(1, until=5.0), Value(None, until=5.0)),
    ],
)
def test_the_growth_and_the_bound_go_along(
    left: Value, operator: Operator, right: Value, value: Value
) -> None:
    assert arithmetic(left, operator, right) == value


def test_the_other_sign_of_a_lower_bound_is_unknown() -> None:
    assert negative(AGE) == Value(-60.0, slope=-1.0)
    assert negative(AT_LEAST) == Value(None)
