"""How long a log took to acknowledge what was appended: a histogram of growing steps, and what had no
answer."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

STEPS: tuple[float, ...] = tuple(0.0005 * 2.0**step for step in range(13))  # 0.5 ms to 2 s, the longest wait


class AppendTimes:
    """Of one log: added to by the thread that appends, read by any. `counts` are by step, the last above
    all."""

    def __init__(self) -> None:
        self.counts = [0] * (len(STEPS) + 1)
        self.acknowledged = 0
        self.unanswered = 0  # or refused: what became of them was found out by reading
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        """One that was acknowledged after so long."""
        self.counts[bisect_left(STEPS, seconds)] += 1
        self.acknowledged += 1
        self.seconds += seconds

    def miss(self) -> None:
        """One that was not."""
        self.unanswered += 1


def together(logs: Iterable[AppendTimes]) -> AppendTimes:
    """Those of several logs as one."""
    found = AppendTimes()
    for times in logs:
        found.counts = [mine + more for mine, more in zip(found.counts, times.counts, strict=True)]
        found.acknowledged += times.acknowledged
        found.unanswered += times.unanswered
        found.seconds += times.seconds
    return found
