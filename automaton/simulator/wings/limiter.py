"""How fast one socket may send, since generation G12 (protocol.md 3.1).

Told the time. A message that finds no token is dropped, and the first drop is announced.
"""

from __future__ import annotations

# (burst, tokens a second), as measured: the comments in Wings' source say otherwise
GLOBAL = (10, 5.0)
BUCKETS = {"auth": (2, 0.2), "send logs": (2, 0.2), "send command": (10, 1.0)}
OTHERS = (4, 1.0)


class LimiterBucket:
    """Tokens that come back at a steady rate, up to a burst."""

    __slots__ = ("_at", "_burst", "_rate", "_tokens")

    def __init__(self, burst: int, rate: float, now: float) -> None:
        self._burst, self._rate, self._at = burst, rate, now
        self._tokens = float(burst)

    def take(self, now: float) -> bool:
        """Takes one token, if there is one."""
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens + 1e-9 < 1:  # sums of fifths of a second fall short of 1 by a rounding error
            return False
        self._tokens -= 1
        return True


class Limiter:
    """The buckets of one connection."""

    def __init__(self, now: float) -> None:
        self._global = LimiterBucket(*GLOBAL, now)
        self._buckets = {name: LimiterBucket(*size, now) for name, size in BUCKETS.items()}
        self._others = LimiterBucket(*OTHERS, now)
        self._told: set[str] = set()

    def admits_frame(self, now: float) -> bool:
        """Counts one frame, before it is parsed."""
        return self._judge("global", self._global, now)

    def admits_event(self, event: str, now: float) -> bool:
        """Counts one event; what has no bucket of its own shares one."""
        return self._judge(event, self._buckets.get(event, self._others), now)

    def first_drop(self, name: str) -> bool:
        """True for the first drop of a name in a throttling period: only then `throttled` is sent."""
        if name in self._told:
            return False
        self._told.add(name)
        return True

    def _judge(self, name: str, bucket: LimiterBucket, now: float) -> bool:
        passed = bucket.take(now)
        if passed:
            self._told.discard(name)
        return passed
