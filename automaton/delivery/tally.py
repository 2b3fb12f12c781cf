"""Counts what became of messages, by channel: for metrics, and for `automaton deliveries`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum


class Fate(StrEnum):
    """SENT: the service took it. RETRIED: one try failed. The others are ends without delivery.

    REFUSED: no retry helps. STALE: too old to be sent. DROPPED: the outbox was full,
    or the target left the configuration. QUIET: below the channel's `min_severity`.
    """

    SENT = "sent"
    RETRIED = "retried"
    REFUSED = "refused"
    STALE = "stale"
    DROPPED = "dropped"
    QUIET = "quiet"


class Tally:
    """Counters since the start."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, Fate]] = Counter()

    def count(self, channel: str, fate: Fate) -> None:
        self._counts[channel, fate] += 1

    def read(self) -> Mapping[tuple[str, Fate], int]:
        """By channel and fate; what never happened is missing."""
        return dict(self._counts)
