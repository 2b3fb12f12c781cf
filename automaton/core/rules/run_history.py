"""How often a rule ran for one key lately, and whether its breaker has tripped.

Also asked without a breaker: by `backoff` and `attempt`, which look back one hour then.
"""

from __future__ import annotations

from collections import deque
from math import inf
from typing import Any

from automaton.core.rules.rule import Rule
from automaton.core.schedule.wall_time import WallTime

LOOKS_BACK = 3600.0  # rule-language 3, `backoff`: the breaker's window, else one hour
KEPT = 100


class RunHistory:
    """Starts of runs, and the trip. `tripped_until` is the `mono` of its reset, infinite for a person."""

    __slots__ = ("_starts", "tripped_at", "tripped_until")

    def __init__(self) -> None:
        self._starts: deque[float] = deque()
        self.tripped_at = -inf
        self.tripped_until = -inf

    def began(self, rule: Rule, mono: float) -> None:
        self._starts.append(mono)
        while len(self._starts) > max(KEPT, rule.breaker.max if rule.breaker is not None else 0):
            self._starts.popleft()

    def uncount(self, mono: float) -> None:
        """The run that began then ended by a clear before its first power action: it does not count."""
        if mono in self._starts:
            self._starts.remove(mono)

    def lately(self, rule: Rule, mono: float) -> int:
        """How many began within the breaker's window, else within the last hour."""
        within = rule.breaker.within if rule.breaker is not None else LOOKS_BACK
        return sum(mono - start <= within for start in self._starts)

    def would_trip(self, rule: Rule, mono: float) -> bool:
        return rule.breaker is not None and self.lately(rule, mono) >= rule.breaker.max

    def is_tripped(self, mono: float) -> bool:
        return mono < self.tripped_until

    def trip(self, rule: Rule, mono: float) -> None:
        assert rule.breaker is not None
        self.tripped_at = mono
        self.tripped_until = inf if rule.breaker.reset is None else mono + rule.breaker.reset

    def judge_by(self, rule: Rule) -> None:
        """The breaker has other numbers now, or there is none any more."""
        if self.has_tripped:
            if rule.breaker is None:
                self.reset()
            else:
                self.trip(rule, self.tripped_at)

    def reset(self) -> None:
        """The rule works again, and its runs up to now are forgotten."""
        self._starts.clear()
        self.tripped_at = self.tripped_until = -inf

    @property
    def has_tripped(self) -> bool:
        """True from the trip on until `reset`, though its time may be over."""
        return self.tripped_at > -inf

    def dump(self, wall_time: WallTime) -> dict[str, Any]:
        return {
            "starts": [wall_time.wall(start) for start in self._starts],
            "tripped_at": wall_time.wall(self.tripped_at),
            "tripped_until": wall_time.wall(self.tripped_until),
        }

    def load(self, data: dict[str, Any], wall_time: WallTime) -> None:
        self._starts.extend(wall_time.mono(start) for start in data["starts"])
        if data["tripped_at"] is not None:
            self.tripped_at = wall_time.mono(data["tripped_at"])
            self.tripped_until = wall_time.mono(data["tripped_until"])
