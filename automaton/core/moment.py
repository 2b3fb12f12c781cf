"""One reading of both clocks.

Durations use `mono`; schedules and people use `wall`. Files hold `wall`, for `mono` means nothing after a
restart.
"""

from __future__ import annotations

from automaton.core.quick import quick


@quick()
class Moment:
    """`mono`: seconds of the monotonic clock. `wall`: seconds since 1970, UTC."""

    mono: float
    wall: float

    def __add__(self, seconds: float) -> Moment:
        return Moment(self.mono + seconds, self.wall + seconds)

    def __sub__(self, earlier: Moment) -> float:
        """Seconds between two moments, by the monotonic clock."""
        return self.mono - earlier.mono
