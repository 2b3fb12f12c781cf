"""Tells the log of connections to a port that had to make way: once a minute at most.

Whoever holds many and says nothing loses them by the hundreds.
"""

from __future__ import annotations

from collections import Counter
from math import inf

import structlog

from automaton.pace.clock import Clock

LOGGED_EVERY = 60.0  # seconds, at the most
MOST_ADDRESSES = 1_000  # counted by name within a minute; more are counted together
MANY = "many"


class CrowdLog:
    """Called with an address, and whether a new connection of it was refused; else an idle one made way."""

    def __init__(self, clock: Clock, event: str = "hooks.crowded") -> None:
        self._clock = clock
        self._event = event
        self._addresses: Counter[str] = Counter()
        self._refused = 0
        self._again = -inf
        self._log = structlog.get_logger()

    def __call__(self, address: str, refused: bool) -> None:
        """Counts it; the first is logged at once, what follows with the first after the minute."""
        known = address in self._addresses or len(self._addresses) < MOST_ADDRESSES
        self._addresses[address if known else MANY] += 1
        self._refused += refused
        now = self._clock.now().mono
        if now < self._again:
            return
        self._again = now + LOGGED_EVERY
        ((most, _),) = self._addresses.most_common(1)
        # A warning: somebody holds the places that others need.
        self._log.warning(
            self._event, most=most, addresses=len(self._addresses),
            made_way=self._addresses.total() - self._refused, refused=self._refused,
        )  # fmt: skip
        self._addresses.clear()
        self._refused = 0
