"""How long events waited before the engine judged them: counts in growing steps, for percentiles."""

from __future__ import annotations

from bisect import bisect_left

STEPS: tuple[float, ...] = tuple(0.0001 * 2.0**step for step in range(22))  # 0.1 ms to 3.5 minutes


class Lag:
    """Bounded, however many events are counted. Seconds."""

    def __init__(self) -> None:
        self._counts = [0] * (len(STEPS) + 1)
        self.events = 0
        self.longest = 0.0

    def add(self, seconds: float) -> None:
        """Counts one event that waited so long."""
        self._counts[bisect_left(STEPS, seconds)] += 1
        self.events += 1
        self.longest = max(self.longest, seconds)

    def percentile(self, share: float) -> float:
        """Within how many seconds this share of the events was judged: the upper bound of a step."""
        wanted, seen = share * self.events, 0
        for count, step in zip(self._counts, STEPS, strict=False):
            seen += count
            if seen >= wanted:
                return min(step, self.longest)
        return self.longest
