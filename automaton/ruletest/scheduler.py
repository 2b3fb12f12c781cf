"""What is planned in a test, in the order of its moments."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from math import inf

FIRST, THEN, LAST = 0, 1, 2
"""At the same moment: what was asked is answered, then servers change, then their readings are told."""


class Scheduler:
    """`waited_for` is how many of the plans a test does not end without."""

    def __init__(self) -> None:
        self.waited_for = 0
        self._plans: list[tuple[float, int, int, bool, Callable[[], None]]] = []
        self._number = 0

    @property
    def next(self) -> float:
        """The moment of the next plan, infinite without one."""
        return self._plans[0][0] if self._plans else inf

    def plan(self, at: float, act: Callable[[], None], turn: int = THEN, *, counts: bool = True) -> None:
        """Plans something. A test goes on while something that `counts` is planned."""
        self._number += 1
        self.waited_for += counts
        heappush(self._plans, (at, turn, self._number, counts, act))

    def act(self) -> None:
        """Does the next one. Of one moment and turn, what was planned first is done first."""
        _, _, _, counts, act = heappop(self._plans)
        self.waited_for -= counts
        act()
