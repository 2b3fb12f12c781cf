"""Tells the log what was lost on the way to the rules: summed over the servers, once a minute at most.

A node whose every console floods loses lines of all its servers in the same second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import inf

import structlog

from automaton.core.events import Event, Overflow
from automaton.core.moment import Moment

LOGGED_EVERY = 60.0  # seconds, at the most


class LossLog:
    """`name_of` gives the name that people know."""

    def __init__(self, name_of: Callable[[str], str]) -> None:
        self._name_of = name_of
        self._lost: Counter[str] = Counter()  # by name, for a server may be gone when it is told
        self._again = -inf
        self._log = structlog.get_logger()

    def observe(self, event: Event) -> None:
        """Counts the lines that an Overflow says were lost. Must be called before its server may be gone."""
        if isinstance(event, Overflow):
            self._lost[self._name_of(event.server)] += event.lines

    def tell(self, now: Moment) -> None:
        """Logs what was lost since the last time: the first at once, what follows when the minute is over."""
        if self._lost and now.mono >= self._again:
            self._again = now.mono + LOGGED_EVERY
            self.tell_rest()

    def tell_rest(self) -> None:
        """Logs what is not logged yet at once, as at the daemon's end."""
        if not self._lost:
            return
        ((most, _),) = self._lost.most_common(1)
        where = {"server": most} if len(self._lost) == 1 else {"servers": len(self._lost), "most": most}
        # A warning: no rule has seen them.
        self._log.warning("lines.lost", **where, lines=self._lost.total())
        self._lost.clear()
