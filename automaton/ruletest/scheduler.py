"""Virtual time, and what is planned in it."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from math import inf

FIRST, THEN, LAST = 0, 1, 2
"""At the same moment: calls end first, then servers change, then readings are repeated."""


class Scheduler:
    """`now` is in seconds from the beginning of a test. `unfinished` plans are those that it waits for."""

    def __init__(self) -> None:
        self.now = 0.0
        self.unfinished = 0
        self._plans: list[tuple[float, int, int, bool, Callable[[], None]]] = []
        self._number = 0

    @property
    def next_at(self) -> float:
        """The moment of the next plan, infinite without one."""
        return self._plans[0][0] if self._plans else inf

    def later(
        self, seconds: float, act: Callable[[], None], turn: int = THEN, *, is_awaited: bool = True
    ) -> None:
        """Plans to do something, `seconds` from now. A test does not end before what `is_awaited`."""
        self._number += 1  # of one moment and turn, what was planned first is done first
        self.unfinished += is_awaited
        heappush(self._plans, (self.now + seconds, turn, self._number, is_awaited, act))

    def run_next(self) -> None:
        """Does what is next, but does not move `now`: deadlines of the engine may come before."""
        _, _, _, is_awaited, act = heappop(self._plans)
        self.unfinished -= is_awaited
        act()
