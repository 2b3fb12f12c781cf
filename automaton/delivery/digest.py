"""When the digest of `info` is due: once a date, at one time of the day.

What came before the hour is in that date's digest, what came after it in the next one's, so an hour at
which nothing waits is passed over. One that was missed is made up within MADE_UP_WITHIN; after that its
notices wait for the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

MADE_UP_WITHIN = 12 * 3600.0  # half a day: a digest of the morning is not read at night


@dataclass(frozen=True, slots=True)
class Digest:
    """`at` is the second of the day by the clock of `zone`."""

    at: int
    zone: tzinfo

    def due(self, since: float, now: float, last: date | None = None) -> tuple[date, float]:
        """The date, and the wall second, of the digest for what came at `since`; it may be past by now.

        `last` is the date of the last digest. One from the future was written by a clock that was wrong.
        """
        today = datetime.fromtimestamp(now, self.zone).date()
        if last is not None and last > today + timedelta(days=1):
            last = None
        day = datetime.fromtimestamp(min(since, now), self.zone).date()
        day = max(day, today - timedelta(days=1))
        while True:
            due = self._moment(day)
            if due >= min(since, now) and now <= due + MADE_UP_WITHIN and (last is None or day > last):
                return day, due
            day += timedelta(days=1)

    def _moment(self, day: date) -> float:
        """The hour on a date. One that daylight saving leaves out comes an hour later; of two the first."""
        hour, rest = divmod(self.at, 3600)
        local = datetime(day.year, day.month, day.day, hour, rest // 60, rest % 60, tzinfo=self.zone)
        return local.timestamp()
