"""Console lines on their way to all listeners: one client that does not read slows them for everyone.

While one is behind, Wings waits for it at each line, then goes on without it (protocol.md 4.2).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from automaton.simulator.timer_schedule import TimerSchedule

PAUSE = 0.008  # seconds that a line waits for a slow client, as measured
MOST = 100_000  # a real process would block on its full pipe; here the oldest lines are dropped


class ConsoleFanout:
    """Passes lines on. `is_slow` is true while a client does not read, `pour` sends one line to all."""

    def __init__(
        self, schedule: TimerSchedule, is_slow: Callable[[], bool], pour: Callable[[str], None]
    ) -> None:
        self._schedule = schedule
        self._is_slow = is_slow
        self._pour = pour
        self._waiting: deque[str] = deque(maxlen=MOST)

    def add(self, line: str) -> None:
        """Passes a line on, at once while all read."""
        if self._waiting:
            self._waiting.append(line)
        elif self._is_slow():
            self._waiting.append(line)
            self._schedule.after(PAUSE, self._next)
        else:
            self._pour(line)

    def _next(self) -> None:
        while self._waiting:
            self._pour(self._waiting.popleft())
            if self._waiting and self._is_slow():
                self._schedule.after(PAUSE, self._next)
                return
