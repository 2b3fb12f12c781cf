"""Three-valued values, and until when they stand though nothing happens.

A value is unknown (None), or right for now. A number may grow with time (an age), and may be
a lower bound (`at least 5m`, for what began before we watched).
"""

from __future__ import annotations

from math import inf

from automaton.core.quick import quick

TICK = 1e-6
"""Seconds. What "past a moment" is beyond it, and the least that any answer stands: clocks are floats,
so that a deadline computed from an age may be a hair too early."""

NEVER = 1e12
"""Seconds: later than everything, and still a number. When what does not grow reaches its limit."""

Plain = bool | int | float | str | tuple["Plain", ...] | None


@quick()
class Truth:
    """True, false or None for unknown, and the first `mono` at which that could change by itself."""

    value: bool | None
    until: float = inf


@quick()
class Value:
    """What a name or a sub-expression is now.

    `plain` None is unknown. `slope` is the growth per second of a number (1.0 for a running age,
    else 0.0). `at_least` marks a lower bound, and `at_most` is the upper bound of such a one, infinite
    for none: a count of which some servers are unknown lies between the two. `until` as in Truth, for
    changes that are not growth, such as stats that become overdue.
    """

    plain: Plain
    until: float = inf
    slope: float = 0.0
    at_least: bool = False
    at_most: float = inf


UNKNOWN = Value(None)
