"""How long events waited before the engine judged them: a histogram of growing steps."""

from __future__ import annotations

from bisect import bisect_left

STEPS: tuple[float, ...] = tuple(0.0001 * 2.0**step for step in range(22))  # 0.1 ms to 3.5 minutes


class Lag:
    """Bounded, however many events are counted. `counts` are by step of STEPS, the last those above all.

    `seconds` is how long all of them waited together.
    """

    def __init__(self) -> None:
        self.counts = [0] * (len(STEPS) + 1)
        self.events = 0
        self.longest = 0.0
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        """Counts one event that waited so long; no time for one that is of a moment to come."""
        if seconds < 0.0:
            seconds = 0.0
        self.counts[bisect_left(STEPS, seconds)] += 1
        self.events += 1
        self.seconds += seconds
        if seconds > self.longest:
            self.longest = seconds
