"""Arithmetic on numbers that may grow with time, or lie between two bounds. No infinity or NaN comes out.

Both bounds grow alike. The lower one is always finite; the upper one may be infinite: "at least 5m".
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, isinf

from automaton.core.number_form import PLAIN_NUMBERS, read_number
from automaton.core.truth import Printed, Value
from automaton.expr.tree import Operator

Bounds = tuple[int | float, int | float]


def number(value: Value) -> int | float | None:
    """The number that a value is, or that a text from a match spells; None where it is no number."""
    plain = value.plain
    if isinstance(plain, bool) or plain is None or isinstance(plain, tuple):
        return None
    if isinstance(plain, str):
        return read_number(plain, value.form if isinstance(value, Printed) else PLAIN_NUMBERS)
    return plain if _is_finite(plain) else None


def bounds(value: Value, plain: int | float) -> Bounds:
    """The least and the most that a value can be, given its number."""
    return (plain, value.at_most) if value.at_least else (plain, plain)


def arithmetic(left: Value, operator: Operator, right: Value) -> Value:
    """Unknown where an operand is, by zero, and where the result would not grow in a straight line."""
    until = min(left.until, right.until)
    a, b = number(left), number(right)
    if a is None or b is None:
        return Value(None, until)
    try:
        outcome = _outcome(
            LinearRange(bounds(left, a), left.slope), operator, LinearRange(bounds(right, b), right.slope)
        )
    except OverflowError:
        return Value(None, until)
    if outcome is None:
        return Value(None, until)
    (least, most), slope = outcome.bounds, outcome.slope
    if not (_is_finite(least) and _is_finite(slope)) or most != most:
        return Value(None, until)
    if most == least:
        return Value(least, until, slope)
    return Value(least, until, slope, at_least=True, at_most=most)


def negative(value: Value) -> Value:
    """The number with the other sign. Without an upper bound there is no lower one then: unknown."""
    return arithmetic(Value(0), Operator.MINUS, value)


@dataclass(frozen=True, slots=True)
class LinearRange:
    """A number between two bounds, both of which grow by `slope` a second."""

    bounds: Bounds
    slope: float

    @property
    def is_constant(self) -> bool:
        """One exact number that does not grow."""
        return self.slope == 0 and self.bounds[0] == self.bounds[1]


def _outcome(left: LinearRange, operator: Operator, right: LinearRange) -> LinearRange | None:
    match operator:
        case Operator.PLUS:
            return _sum(left, right)
        case Operator.MINUS:
            return _sum(left, _scaled(right, -1))
        case Operator.TIMES:
            if right.is_constant:
                return _scaled(left, right.bounds[0])
            return _scaled(right, left.bounds[0]) if left.is_constant else _product(left, right)
        case Operator.OVER:
            return _quotient(left, right)


def _sum(left: LinearRange, right: LinearRange) -> LinearRange:
    (a, b), (c, d) = left.bounds, right.bounds
    return LinearRange((a + c, b + d), left.slope + right.slope)


def _scaled(line: LinearRange, factor: int | float) -> LinearRange:
    if factor == 0:
        return LinearRange((0 * line.bounds[0],) * 2, 0.0)
    least, most = (bound * factor for bound in line.bounds)
    return LinearRange((most, least) if factor < 0 else (least, most), line.slope * factor)


def _product(left: LinearRange, right: LinearRange) -> LinearRange | None:
    """Of two ranges: only where neither grows and both are finite. The extremes are among the corners."""
    if left.slope or right.slope or isinf(left.bounds[1]) or isinf(right.bounds[1]):
        return None
    ends = [a * b for a in left.bounds for b in right.bounds]
    return LinearRange((min(ends), max(ends)), 0.0)


def _quotient(left: LinearRange, right: LinearRange) -> LinearRange | None:
    least, most = right.bounds
    if least <= 0 <= most or isinf(most):
        return None
    if right.is_constant:
        if isinf(left.bounds[1]) and least < 0:
            return None
        ends = sorted(bound if isinf(bound) else bound / least for bound in left.bounds)
        return LinearRange((ends[0], ends[1]), left.slope / least)
    if right.slope:
        return None
    if left.slope or isinf(left.bounds[1]):
        return None
    ends = [a / b for a in left.bounds for b in right.bounds]
    return LinearRange((min(ends), max(ends)), 0.0)


def _is_finite(plain: int | float) -> bool:
    try:
        return isfinite(plain)
    except OverflowError:  # an int that no float can hold
        return False
