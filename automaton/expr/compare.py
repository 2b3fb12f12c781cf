"""Two values compared, and the moment at which the answer turns by itself.

A growing number crosses a constant once: that moment is computed, not waited for.
A lower bound settles a comparison as soon as it can.
"""

from __future__ import annotations

from math import inf

from automaton.core.truth import Value
from automaton.expr.numbers import number
from automaton.expr.tree import Comparing

TICK = 1e-6
"""Seconds. What `>` waits beyond the crossing, and the least that any answer stands: clocks are floats,
so that a deadline computed from an age may be a hair too early."""

_MIRRORED = {
    Comparing.EQUAL: Comparing.EQUAL,
    Comparing.UNEQUAL: Comparing.UNEQUAL,
    Comparing.LESS: Comparing.MORE,
    Comparing.AT_MOST: Comparing.AT_LEAST,
    Comparing.MORE: Comparing.LESS,
    Comparing.AT_LEAST: Comparing.AT_MOST,
}

_EQUALITY = (Comparing.EQUAL, Comparing.UNEQUAL)


def same(left: Value, right: Value, now: float) -> Value:
    """Whether two values are equal."""
    return compare(left, Comparing.EQUAL, right, now)


def compare(left: Value, how: Comparing, right: Value, now: float) -> Value:
    """True, false or unknown, and until when. `now` is the moment at which both values were read."""
    until = min(left.until, right.until)
    if left.plain is None or right.plain is None:
        return Value(None, until)
    if how in _EQUALITY and type(left.plain) is type(right.plain) and isinstance(left.plain, bool | str):
        return Value((left.plain == right.plain) is (how is Comparing.EQUAL), until)
    a, b = number(left.plain), number(right.plain)
    if a is None or b is None:
        return Value(None, until)
    if right.at_least:
        left, right, a, b, how = right, left, b, a, _MIRRORED[how]
    if right.at_least:
        return Value(None, until)
    try:
        difference, slope = float(a - b), left.slope - right.slope
    except OverflowError:
        return Value(None, until)
    holds = _holds(difference, how)
    turn = max(now + TICK, now + _turns_in(difference, slope, how, left.at_least))
    return Value(_settled(holds, how, difference) if left.at_least else holds, min(until, turn))


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


def _settled(holds: bool, how: Comparing, difference: float) -> bool | None:
    """What is known where the left number may be more: `> c` when true, `< c` when false."""
    match how:
        case Comparing.MORE | Comparing.AT_LEAST:
            return True if holds else None
        case Comparing.LESS | Comparing.AT_MOST:
            return None if holds else False
        case Comparing.EQUAL:
            return False if difference > 0 else None
        case Comparing.UNEQUAL:
            return True if difference > 0 else None


def _turns_in(difference: float, slope: float, how: Comparing, at_least: bool) -> float:
    """Seconds until `holds`, or what is settled of it, turns by itself; infinite where it never does."""
    if slope == 0 or difference * slope > 0:
        return inf
    crossing = abs(difference / slope)
    if how in _EQUALITY:
        # Equal at the crossing, and no longer right after. A lower bound settles only right after.
        return crossing + TICK if difference == 0 or at_least else crossing
    # `>` and `<=` are about being past zero: they turn right after it when rising, on it when falling.
    turns_past = (how in (Comparing.MORE, Comparing.AT_MOST)) is (slope > 0)
    if turns_past:
        return crossing + TICK
    return crossing if difference else inf
