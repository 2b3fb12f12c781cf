"""Rate limits: a bucket that refills, and a window that slides.

They are passed the time, so they work on any clock. They never wait; they say how long to wait.
"""

from __future__ import annotations


class Bucket:
    """Up to `burst` at once, then `rate` a second."""

    __slots__ = ("_filled", "_level", "burst", "rate")

    def __init__(self, burst: float, rate: float) -> None:
        self.burst = burst
        self.rate = rate
        self._level = burst
        self._filled: float | None = None

    def take(self, mono: float, amount: float = 1.0) -> float:
        """Takes them and answers 0.0; or takes none and answers the seconds until all are there."""
        # As `_refill`, written out: every frame that comes is taken off one.
        if self._filled is not None and mono > self._filled:
            level = self._level + (mono - self._filled) * self.rate
            self._level = level if level < self.burst else self.burst
        self._filled = mono
        if self._level >= amount - 1e-9:  # the sum of many small refills may fall a hair short
            self._level -= amount
            return 0.0
        return (amount - self._level) / self.rate

    def reserve(self, mono: float) -> float:
        """Takes one in any case, and answers the seconds until its turn: callers queue in order."""
        self._refill(mono)
        self._level -= 1.0
        return max(0.0, -self._level / self.rate)

    def owed(self, mono: float) -> float:
        """How many were reserved beyond what it had, and have not come in since."""
        self._refill(mono)
        return max(0.0, -self._level)

    def give_back(self) -> None:
        """One that was taken was not needed."""
        self._level = min(self.burst, self._level + 1.0)

    def _refill(self, mono: float) -> None:
        if self._filled is not None:
            self._level = min(self.burst, self._level + max(0.0, mono - self._filled) * self.rate)
        self._filled = mono


class SlidingWindow:
    """At most `limit` in any `within` seconds."""

    __slots__ = ("_taken", "limit", "within")

    def __init__(self, limit: int, within: float) -> None:
        self.limit = limit
        self.within = within
        self._taken: list[float] = []  # there is one for each server, and an empty deque takes 760 bytes

    def wait(self, mono: float) -> float:
        """Seconds until one may be taken; 0.0 when it may be now."""
        if len(self._taken) < self.limit:
            return 0.0
        return max(0.0, self._taken[0] + self.within - mono)

    def take(self, mono: float) -> float:
        """Takes one and answers 0.0; or takes none and answers the seconds until one may be taken."""
        wait = self.wait(mono)
        if wait == 0.0:
            self._taken.append(mono)
            del self._taken[: -self.limit]
        return wait
