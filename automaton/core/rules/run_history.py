"""How often a rule ran for one key of late, and whether its breaker has tripped.

Also kept without a breaker, for `backoff` and `attempt`: these look back one hour then.
"""

from __future__ import annotations

from collections import deque
from math import inf
from typing import Any, Protocol

from automaton.core.schedule.wall_time import WallTime

LOOKS_BACK = 3600.0  # rule-language 3, `backoff`: the breaker's window, else one hour
KEPT = 100


class BreakerLimit(Protocol):
    """`max` runs within `within` seconds. `reset` in seconds, None for a person only."""

    @property
    def max(self) -> int: ...

    @property
    def within(self) -> float: ...

    @property
    def reset(self) -> float | None: ...


class RunHistory:
    """Starts of runs, and the trip. `tripped_until` is the `mono` of its reset, infinite for a person."""

    __slots__ = ("_limit", "_starts", "tripped_at", "tripped_until")

    def __init__(self, limit: BreakerLimit | None = None) -> None:
        self._limit = limit
        self._starts: deque[float] = deque()
        self.tripped_at = -inf
        self.tripped_until = -inf

    def begin(self, mono: float) -> int:
        """A run begins. Which one of late it is, from 1."""
        attempt = self.lately(mono) + 1
        self._starts.append(mono)
        while len(self._starts) > max(KEPT, self._limit.max if self._limit is not None else 0):
            self._starts.popleft()
        return attempt

    def uncount(self, mono: float) -> None:
        """The run that began then ended by a clear before its first power action: it does not count."""
        if mono in self._starts:
            self._starts.remove(mono)

    def lately(self, mono: float) -> int:
        """How many began within the breaker's window, else within the last hour."""
        if not self._starts:
            return 0
        within = self._limit.within if self._limit is not None else LOOKS_BACK
        count = 0
        for start in self._starts:
            count += mono - start <= within
        return count

    def would_trip(self, mono: float) -> bool:
        """Whether one run more is too many. A trip whose time is over has let all runs be forgotten."""
        if self._limit is None or self.tripped_at > -inf:
            return False
        return self.lately(mono) >= self._limit.max

    def is_tripped(self, mono: float) -> bool:
        """Whether the rule is off for this key now."""
        return mono < self.tripped_until

    def trip(self, mono: float) -> None:
        """The rule is off for this key, until the breaker's `reset`."""
        assert self._limit is not None
        self.tripped_at = mono
        self.tripped_until = inf if self._limit.reset is None else mono + self._limit.reset

    def judge_by(self, limit: BreakerLimit | None) -> None:
        """The breaker has other numbers now, or there is none any more."""
        self._limit = limit
        if self.has_tripped:
            if limit is None:
                self.reset()
            else:
                self.trip(self.tripped_at)

    def reset(self) -> None:
        """The rule works again, and its runs up to now are forgotten."""
        self._starts.clear()
        self.tripped_at = self.tripped_until = -inf

    @property
    def has_tripped(self) -> bool:
        """True from the trip on until `reset`, though its time may be over."""
        return self.tripped_at > -inf

    def dump(self, wall_time: WallTime) -> dict[str, Any]:
        """Plain data, moments as wall."""
        return {
            "starts": [wall_time.wall(start) for start in self._starts],
            "tripped_at": wall_time.wall(self.tripped_at),
            "tripped_until": wall_time.wall(self.tripped_until),
        }

    def load(self, data: dict[str, Any], wall_time: WallTime) -> None:
        """What `dump` gave."""
        self._starts.extend(wall_time.mono(start) for start in data["starts"])
        if data["tripped_at"] is not None:
            self.tripped_at = wall_time.mono(data["tripped_at"])
            self.tripped_until = wall_time.mono(data["tripped_until"])
