"""A line of the log that strangers can cause at will: one a minute, with how many it stands for."""

from __future__ import annotations

from math import inf

import structlog

from automaton.pace.clock import Clock

EVERY = 60.0  # seconds


class RareLog:
    """Warns of one event."""

    def __init__(self, clock: Clock, event: str) -> None:
        self._clock = clock
        self._event = event
        self._again = -inf
        self._untold = 0

    def __call__(self, **fields: str) -> None:
        """The first at once; those that follow are counted, and told with the first after the minute."""
        now = self._clock.now().mono
        self._untold += 1
        if now < self._again:
            return
        structlog.get_logger().warning(self._event, times=self._untold, **fields)
        self._again, self._untold = now + EVERY, 0
