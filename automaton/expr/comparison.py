"""Compares two values, and computes the moment at which the answer changes by itself.

A growing number crosses a constant once: that moment is computed, not polled for.
A number between two bounds settles a comparison as soon as both bounds do.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from math import inf, isinf

from automaton.core.truth import TICK, Plain, Value
from automaton.expr.numbers import bounds, number
from automaton.expr.told_values import TRUTHS
from automaton.expr.tree import Comparing

_EQUALITY = (Comparing.EQUAL, Comparing.UNEQUAL)


def same(left: Value, right: Value, now: float) -> Value:
    """Whether two values are equal."""
    return compare(left, Comparing.EQUAL, right, now)


def compare(left: Value, how: Comparing, right: Value, now: float) -> Value:
    """True, false or unknown, and until when. `now` is the moment at which both values were read."""
    until = min(left.until, right.until)
    if left.plain is None or right.plain is None:
        return Value(None, until)
    if _are_plain_numbers(left, right):
        return Value(_ORDER[how](left.plain, right.plain), until)
    if how in _EQUALITY and _are_alike(left.plain, right.plain):
        return Value((left.plain == right.plain) is (how is Comparing.EQUAL), until)
    if how in _EQUALITY and (is_equal := _spells(left.plain, right.plain)) is not None:
        return Value(is_equal is (how is Comparing.EQUAL), until)
    a, b = number(left), number(right)
    if a is None or b is None:
        return Value(None, until)
    try:
        return _between(left, a, how, right, b, now, until)
    except OverflowError:
        return Value(None, until)


def _are_plain_numbers(left: Value, right: Value) -> bool:
    """Two finite, exact numbers that do not grow: nearly all comparisons, and nothing to compute."""
    a, b = left.plain, right.plain
    if type(a) not in _NUMBERS or type(b) not in _NUMBERS or left.slope or right.slope:
        return False
    if left.at_least or right.at_least:
        return False
    return a - a == 0 and b - b == 0  # type: ignore[operator]  # no infinity and no NaN


_NUMBERS = (int, float)
_ORDER: Mapping[Comparing, Callable[..., bool]] = {
    Comparing.EQUAL: operator.eq,
    Comparing.UNEQUAL: operator.ne,
    Comparing.LESS: operator.lt,
    Comparing.AT_MOST: operator.le,
    Comparing.MORE: operator.gt,
    Comparing.AT_LEAST: operator.ge,
}


def _are_alike(left: Plain, right: Plain) -> bool:
    """Two texts, or two truths."""
    if isinstance(left, str):
        return isinstance(right, str)
    return isinstance(left, bool) and isinstance(right, bool)


def _spells(left: Plain, right: Plain) -> bool | None:
    """Whether a text spells a truth, as that in a hook's body beside `"true"`; None where it spells none.

    Of facts it is an error of the file. What a field of a match is, nobody knows before it comes.
    """
    truth, text = (left, right) if isinstance(left, bool) else (right, left)
    if not (isinstance(truth, bool) and isinstance(text, str)):
        return None
    spelt = TRUTHS.get(text.lower())
    return None if spelt is None else spelt is truth


def _between(
    left: Value, a: int | float, how: Comparing, right: Value, b: int | float, now: float, until: float
) -> Value:
    """By the smallest and the largest difference between the two."""
    (a_least, a_most), (b_least, b_most) = bounds(left, a), bounds(right, b)
    least, most = float(a_least - b_most), float(a_most - b_least)
    slope = left.slope - right.slope
    is_exact = least == most
    turn = _turns_in(least, slope, how, is_exact)
    if not is_exact:
        turn = min(turn, _turns_in(most, slope, how, is_exact))
    return Value(_settled(least, most, how), min(until, max(now + TICK, now + turn)))


def _holds(difference: float, how: Comparing) -> bool:
    match how:
        case Comparing.EQUAL:
            return difference == 0
        case Comparing.UNEQUAL:
            return difference != 0
        case Comparing.LESS:
            return difference < 0
        case Comparing.AT_MOST:
            return difference <= 0
        case Comparing.MORE:
            return difference > 0
        case Comparing.AT_LEAST:
            return difference >= 0


def _settled(least: float, most: float, how: Comparing) -> bool | None:
    """What is known of a difference that lies between these two."""
    if how in _EQUALITY:
        if least == most == 0:
            return how is Comparing.EQUAL
        return how is Comparing.UNEQUAL if least > 0 or most < 0 else None
    first, last = _holds(least, how), _holds(most, how)
    return first if first is last else None


def _turns_in(difference: float, slope: float, how: Comparing, is_exact: bool) -> float:
    """Seconds until the difference passes zero and the answer changes; infinite where it never does."""
    if slope == 0 or difference * slope > 0 or isinf(difference):
        return inf
    crossing = abs(difference / slope)
    if how in _EQUALITY:
        # Equal at the crossing, and no longer right after. A bound settles only right after.
        return crossing + TICK if difference == 0 or not is_exact else crossing
    # `>` and `<=` are about being past zero: they turn right after it when rising, on it when falling.
    turns_past = (how in (Comparing.MORE, Comparing.AT_MOST)) is (slope > 0)
    if turns_past:
        return crossing + TICK
    return crossing if difference else inf
