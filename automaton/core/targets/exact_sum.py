"""A sum of numbers that come and go one at a time, at the same cost however many there are.

Law: it is what adding all of them anew would be, correctly rounded once. One huge number that has gone leaves
no rounding error behind, for nothing is rounded before the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum, isfinite

_PLACES = 1074
"""Each float is a multiple of 2 to the minus 1074th (IEEE 754, binary64), so in that unit it is whole."""


class ExactSum:
    """The sum of whole numbers is whole. `is_bounded`: all of them are finite; else there is no sum."""

    __slots__ = ("_floats", "_of_floats", "_of_ints", "_unbounded")

    def __init__(self) -> None:
        self._of_ints = 0
        self._floats = 0
        self._of_floats = 0  # in the unit above
        self._unbounded = 0

    def count(self, number: int | float, by: int) -> None:
        """Adds a number where `by` is 1, and takes one that was added away where it is -1."""
        if isinstance(number, int):
            self._of_ints += by * number
        elif isfinite(number):
            numerator, denominator = number.as_integer_ratio()  # which is a power of two
            self._floats += by
            self._of_floats += by * (numerator << (_PLACES + 1 - denominator.bit_length()))
        else:
            self._unbounded += by

    @property
    def is_bounded(self) -> bool:
        """Whether all numbers are finite."""
        return not self._unbounded

    def value(self) -> int | float | None:
        """The sum of those that are finite; None where no float is as large, as strangers may have it."""
        if not self._floats:
            return self._of_ints
        try:
            return (self._of_floats + (self._of_ints << _PLACES)) / (1 << _PLACES)
        except OverflowError:
            return None


def summed(numbers: Iterable[int | float]) -> int | float | None:
    """The sum of a few, at once; None where there is none."""
    known = list(numbers)
    try:
        return sum(known) if all(isinstance(one, int) for one in known) else fsum(known)
    except (OverflowError, ValueError):  # larger than any float; or endless both ways
        return None
