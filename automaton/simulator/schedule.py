"""What is to happen later, in a heap: nothing is polled, and idle servers cost nothing.

Told the time; never asks for it. While a deed runs, `now` is the moment at which it was due.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

from automaton.core.moment import Moment


@dataclass(order=True, slots=True)
class Timer:
    """One deed to come. `cancel()` makes it never happen."""

    due: float
    number: int
    act: Callable[[], None] | None = field(compare=False)

    def cancel(self) -> None:
        self.act = None


class Schedule:
    """Deeds by their moment. `on_sooner` is called when the nearest deadline moves nearer."""

    def __init__(self, now: Moment) -> None:
        self.now = now
        self.on_sooner: Callable[[], None] = lambda: None
        self._heap: list[Timer] = []
        self._number = 0

    def after(self, seconds: float, act: Callable[[], None]) -> Timer:
        """Has `act` called once, `seconds` from now."""
        self._number += 1
        timer = Timer(self.now.mono + seconds, self._number, act)
        heapq.heappush(self._heap, timer)
        if self._heap[0] is timer:
            self.on_sooner()
        return timer

    def next_deadline(self) -> float | None:
        """The `mono` of the nearest deed, or None when nothing is to come."""
        while self._heap and self._heap[0].act is None:
            heapq.heappop(self._heap)
        return self._heap[0].due if self._heap else None

    def advance(self, now: Moment) -> None:
        """Does all that is due up to `now`, each at its own moment. Time told backwards is ignored."""
        while self._heap and self._heap[0].due <= now.mono:
            timer = heapq.heappop(self._heap)
            if timer.act is not None:
                if timer.due > self.now.mono:
                    self.now = Moment(timer.due, now.wall - (now.mono - timer.due))
                timer.act()
        if now.mono >= self.now.mono:
            self.now = now
