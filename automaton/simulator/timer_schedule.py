"""Timers in a heap: nothing is polled, and idle servers cost nothing.

Told the time; never asks for it. While a timer's callback runs, `now` is the moment at which it was due.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable

from automaton.core.moment import Moment


class Timer:
    """A callback to come, unless it is cancelled."""

    __slots__ = ("act",)

    def __init__(self, act: Callable[[], None]) -> None:
        self.act: Callable[[], None] | None = act

    def cancel(self) -> None:
        """Drops the callback; harmless after it ran."""
        self.act = None


class TimerSchedule:
    """Callbacks by their moment. `on_sooner` is called when the next deadline moves nearer."""

    def __init__(self, now: Moment) -> None:
        self.now = now
        self.on_sooner: Callable[[], None] = lambda: None
        # The number keeps timers of one moment in their order, and from being compared.
        self._heap: list[tuple[float, int, Timer]] = []
        self._number = 0

    def after(self, seconds: float, act: Callable[[], None]) -> Timer:
        """Has `act` called once, `seconds` from now."""
        self._number += 1
        timer = Timer(act)
        heapq.heappush(self._heap, (self.now.mono + seconds, self._number, timer))
        if self._heap[0][2] is timer:
            self.on_sooner()
        return timer

    def next_deadline(self) -> float | None:
        """The `mono` of the next callback, or None."""
        while self._heap and self._heap[0][2].act is None:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def advance(self, now: Moment) -> None:
        """Runs all that is due by `now`, each at its own moment. A `now` in the past is ignored."""
        while self._heap and self._heap[0][0] <= now.mono:
            due, _, timer = heapq.heappop(self._heap)
            if timer.act is not None:
                if due > self.now.mono:
                    self.now = Moment(due, now.wall - (now.mono - due))
                timer.act()
        if now.mono >= self.now.mono:
            self.now = now
