"""Stretches of the wall clock that recur: on some days, from one time to another, in a time zone.

A stretch that ends no later than it begins ends on the next day, and belongs to the day on which it began.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from math import floor, inf

from automaton.core.stable_names import stable_name

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 86_400
AHEAD = 8  # days: the next stretch begins within a week, and may end on the day after


@stable_name("Stretch")
@dataclass(frozen=True, slots=True)
class Stretch:
    """`days` count from Monday, 0. `begin` and `end` are seconds of the day; if equal, a whole day."""

    days: frozenset[int]
    begin: int
    end: int
    zone: tzinfo

    def holds(self, wall: float) -> tuple[bool, float]:
        """Whether this moment lies within, and the wall moment until which that is so."""
        return _holds(self, floor(wall))  # nothing changes within a second

    def around(self, wall: float) -> Iterator[tuple[float, float]]:
        """Begin and end (wall) of the stretches from the day before a moment to a week after it."""
        today = datetime.fromtimestamp(wall, self.zone).date()
        for ahead in range(-1, AHEAD + 1):
            day = today + timedelta(days=ahead)
            if day.weekday() in self.days:
                after = day + timedelta(days=1) if self.end <= self.begin else day
                yield self._moment(day, self.begin), self._moment(after, self.end)

    def _moment(self, day: date, second: int) -> float:
        day += timedelta(days=second // DAY)
        hour, rest = divmod(second % DAY, 3600)
        return datetime(
            day.year, day.month, day.day, hour, rest // 60, rest % 60, tzinfo=self.zone
        ).timestamp()


@lru_cache(maxsize=1000)
def _holds(stretch: Stretch, second: int) -> tuple[bool, float]:
    """Cached, for all servers ask at the same moments."""
    until = float(second)
    for begin, end in stretch.around(second):
        if begin <= until < end:
            until = end  # and go on: the next may begin where this one ends
        elif begin > until:
            return (True, until) if until > second else (False, begin)
    return (True, until) if until > second else (False, inf)
