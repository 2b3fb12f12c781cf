"""Numbers that may grow with time, or be a lower bound only. No infinity and no NaN comes out."""

from __future__ import annotations

import re
from math import isfinite

from automaton.core.truth import Plain, Value
from automaton.expr.tree import Operator

# What a match's group must look like to be a number: no exponent, no grouping, no words.
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")


def number(plain: Plain) -> int | float | None:
    """The number that a value is, or that a text from a match reads as; None where it is none."""
    if isinstance(plain, bool) or plain is None or isinstance(plain, tuple):
        return None
    if isinstance(plain, str):
        if not _NUMBER.fullmatch(plain):
            return None
        return float(plain) if "." in plain else int(plain)
    return plain if _is_finite(plain) else None


def arithmetic(left: Value, operator: Operator, right: Value) -> Value:
    """One number of two. Unknown where one is, by zero, and where the outcome is no straight line."""
    until = min(left.until, right.until)
    a, b = number(left.plain), number(right.plain)
    if a is None or b is None:
        return Value(None, until)
    try:
        outcome = _outcome(left, a, operator, right, b)
    except OverflowError:
        return Value(None, until)
    if outcome is None:
        return Value(None, until)
    plain, slope, at_least = outcome
    if not (_is_finite(plain) and _is_finite(slope)):
        return Value(None, until)
    return Value(plain, until, slope, at_least)


def negative(value: Value) -> Value:
    """The number with the other sign. A lower bound becomes an upper one, which we do not carry."""
    return arithmetic(Value(0), Operator.MINUS, value)


def _outcome(
    left: Value, a: int | float, operator: Operator, right: Value, b: int | float
) -> tuple[int | float, float, bool] | None:
    match operator:
        case Operator.PLUS:
            return a + b, left.slope + right.slope, left.at_least or right.at_least
        case Operator.MINUS:
            return None if right.at_least else (a - b, left.slope - right.slope, left.at_least)
        case Operator.TIMES:
            return _scaled(left, a, right, b) if _is_constant(right) else _scaled(right, b, left, a)
        case Operator.OVER:
            if b == 0 or not _is_constant(right):
                return None
            return None if left.at_least and b < 0 else (a / b, left.slope / b, left.at_least)


def _scaled(
    value: Value, a: int | float, factor: Value, b: int | float
) -> tuple[int | float, float, bool] | None:
    if not _is_constant(factor) or (value.at_least and b < 0):
        return None
    return a * b, value.slope * b, value.at_least and b != 0


def _is_constant(value: Value) -> bool:
    return value.slope == 0 and not value.at_least


def _is_finite(plain: int | float) -> bool:
    try:
        return isfinite(plain)
    except OverflowError:  # an int that no float can hold
        return False
