"""Tells that something was forgotten for want of room: a bound that was hit is never silent."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import structlog

from automaton.core.moment import Moment
from automaton.daemon.logs.loss_log import LOGGED_EVERY


class ForgottenLog:
    """`count` is how many of these were forgotten so far; `what` is their name in the line `event`."""

    def __init__(self, event: str, what: str, reason: str, count: Callable[[], int]) -> None:
        self._event = event
        self._what = what
        self._reason = reason
        self._count = count
        self._told = 0
        self._again = -inf
        self._log = structlog.get_logger()

    def tell(self, now: Moment) -> None:
        """At once, then once a minute at most: whoever fills the memory does it again and again."""
        count = self._count()
        if count == self._told or now.mono < self._again:
            return
        self._again = now.mono + LOGGED_EVERY
        self._log.warning(self._event, **{self._what: count - self._told}, reason=self._reason)
        self._told = count
