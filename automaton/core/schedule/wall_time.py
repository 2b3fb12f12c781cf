"""Moments that outlive the process: after a restart the monotonic clock means nothing.

What runs on while automaton is down (cooldowns, windows, breakers) is kept as wall time.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

from automaton.core.moment import Moment


@dataclass(frozen=True, slots=True)
class WallTime:
    """Converts `mono` to wall time and back by one reading of both clocks. Never, infinite, is None."""

    now: Moment

    def wall(self, mono: float) -> float | None:
        """The wall time of a `mono`, None for an infinite one."""
        return self.now.wall + (mono - self.now.mono) if isfinite(mono) else None

    def mono(self, wall: object, never: float = inf) -> float:
        """The `mono` of a wall time; `never` for None."""
        if not isinstance(wall, int | float):
            return never
        return self.now.mono + (wall - self.now.wall)

    def moment(self, wall: object) -> Moment:
        """Both clocks at a wall time; now for None."""
        at = self.mono(wall, self.now.mono)
        return Moment(at, self.now.wall + (at - self.now.mono))
