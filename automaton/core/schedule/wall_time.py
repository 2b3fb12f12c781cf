"""Moments that outlive the process: the monotonic clock means nothing after a restart, the wall clock does.

What runs on while nobody runs (cooldowns, windows, breakers) is kept as wall moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

from automaton.core.moment import Moment


@dataclass(frozen=True, slots=True)
class WallTime:
    """Turns `mono` into wall and back, by one reading of both clocks. Never (infinite) is None."""

    now: Moment

    def wall(self, mono: float) -> float | None:
        return self.now.wall + (mono - self.now.mono) if isfinite(mono) else None

    def mono(self, wall: object, never: float = inf) -> float:
        """`never` is what None stands for."""
        if not isinstance(wall, int | float):
            return never
        return self.now.mono + (wall - self.now.wall)

    def moment(self, wall: object) -> Moment:
        at = self.mono(wall, self.now.mono)
        return Moment(at, self.now.wall + (at - self.now.mono))
