"""How often a rule ran for one key lately, and whether its breaker has tripped.

Also kept without a breaker, for `backoff` and `attempt`, which then look back one hour.
"""

from __future__ import annotations

from bisect import bisect_left
from math import inf
from typing import Any, Protocol

from automaton.core.schedule.wall_time import WallTime

LOOKS_BACK = 3600.0  # rule-language 3, `backoff`: the breaker's window, else one hour
KEPT = 100  # starts, or as many as the breaker must count
NEVER = -inf


class BreakerLimit(Protocol):
    """The numbers of a rule's `breaker`."""

    @property
    def max(self) -> int:
        """The runs that are allowed; one more trips."""

    @property
    def within(self) -> float:
        """The length of the sliding window, in seconds."""

    @property
    def reset(self) -> float | None:
        """Seconds from the trip until it resets itself, None if only a person may."""


class RunHistory:
    """Starts of runs, and the trip. `tripped_until` is the `mono` of the reset, infinite if by a person."""

    __slots__ = ("_limit", "_starts", "tripped_at", "tripped_until")

    def __init__(self, limit: BreakerLimit | None = None) -> None:
        self._limit = limit
        self._starts: tuple[float, ...] = ()  # nearly all stay empty, which costs nothing
        self.tripped_at = NEVER
        self.tripped_until = NEVER

    def begin(self, mono: float) -> int:
        """Counts a run that begins, and returns which one lately it is, from 1."""
        attempt = self.lately(mono) + 1
        most = max(KEPT, self._limit.max if self._limit is not None else 0)
        self._starts = (*self._starts, mono)[-most:]
        return attempt

    def uncount(self, mono: float) -> None:
        """Takes back the run that began at `mono`: a clear ended it before its first power action."""
        if mono in self._starts:
            place = self._starts.index(mono)
            self._starts = self._starts[:place] + self._starts[place + 1 :]

    def lately(self, mono: float) -> int:
        """How many began within the breaker's window, else within the last hour."""
        if not self._starts:
            return 0
        within = self._limit.within if self._limit is not None else LOOKS_BACK
        # They are in order, and of a rule that fires often there are many.
        return len(self._starts) - bisect_left(self._starts, True, key=lambda start: mono - start <= within)

    def would_trip(self, mono: float) -> bool:
        """Whether one more run is too many."""
        # Once the time of a trip is over its starts no longer count, though `reset` is yet to forget them.
        if self._limit is None or self.tripped_at > -inf:
            return False
        return self.lately(mono) >= self._limit.max

    def is_tripped(self, mono: float) -> bool:
        """Whether the rule is off for this key now."""
        return mono < self.tripped_until

    def trip(self, mono: float) -> None:
        """Switches the rule off for this key, until the breaker's `reset`."""
        assert self._limit is not None
        self.tripped_at = mono
        self.tripped_until = inf if self._limit.reset is None else mono + self._limit.reset

    def judge_by(self, limit: BreakerLimit | None) -> None:
        """Takes the numbers of a changed breaker, or None; a trip is judged by them from its moment on."""
        self._limit = limit
        if self.has_tripped:
            if limit is None:
                self.reset()
            else:
                self.trip(self.tripped_at)

    def reset(self) -> None:
        """Switches the rule on again, and forgets its runs."""
        self._starts = ()
        self.tripped_at = self.tripped_until = NEVER

    @property
    def has_tripped(self) -> bool:
        """True from a trip until `reset` is called, even if its time is over."""
        return self.tripped_at > -inf

    def dump(self, wall_time: WallTime) -> dict[str, Any]:
        """Plain data, moments as wall."""
        return {
            "starts": [wall_time.wall(start) for start in self._starts],
            "tripped_at": wall_time.wall(self.tripped_at),
            "tripped_until": wall_time.wall(self.tripped_until),
        }

    def load(self, data: dict[str, Any], wall_time: WallTime) -> None:
        """Restores what `dump` returned."""
        self._starts = (*self._starts, *(wall_time.mono(start) for start in data["starts"]))
        if data["tripped_at"] is not None:
            self.tripped_at = wall_time.mono(data["tripped_at"])
            self.tripped_until = wall_time.mono(data["tripped_until"])
