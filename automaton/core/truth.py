"""Three-valued truths and values, and until when they hold though nothing happens.

Unknown is None. A number may grow with time (an age), and may be a lower bound (`at least 5m`, for what
began before we watched).
"""

from __future__ import annotations

from math import inf

from automaton.core.number_form import PLAIN_NUMBERS, NumberForm
from automaton.core.quick import quick

TICK = 1e-6
"""Seconds. How far past a moment "past" is, and the least time that any answer holds: clocks are floats, so
a deadline computed from an age may be a little too early."""

NEVER = 1e12
"""Seconds: later than everything, and still a number. What `eta` says of a number that does not grow."""

Plain = bool | int | float | str | tuple["Plain", ...] | None


@quick()
class Truth:
    """True, false or None for unknown, and the first `mono` at which that may change by itself."""

    value: bool | None
    until: float = inf


TRUE = Truth(True)


@quick()
class Value:
    """The value of a name or a sub-expression now.

    A `plain` of None is unknown. `slope` is the growth per second of a number (1.0 for a running age, else
    0.0). `at_least` marks a lower bound, whose upper bound is `at_most`, infinite for none: a count with
    unknown servers lies between the two. `until` is as in Truth, for changes other than growth, such as
    stats that become overdue.
    """

    plain: Plain
    until: float = inf
    slope: float = 0.0
    at_least: bool = False
    at_most: float = inf


@quick()
class Printed(Value):
    """A text that a game printed: beside a number it is read as one, in the form of that game."""

    form: NumberForm = PLAIN_NUMBERS


UNKNOWN = Value(None)
