"""What became of messages, counted for each channel since the start.

Law: a reload may bring new channels for ever, so only the first so many have counts of their own.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

COUNTED_APART = 200  # channels; those that come later are counted together
OTHERS = "other"


class DeliveryOutcome(StrEnum):
    """SENT, FAILED and REFUSED are tries of a message, one that failed is tried again.

    DROPPED and TOO_OLD are incidents that were given up without one.
    """

    SENT = "sent"
    FAILED = "failed"
    REFUSED = "refused"
    DROPPED = "dropped"
    TOO_OLD = "too_old"


class DeliveryCounts:
    """`by_channel` is by the channel's name and what became of a message, or of an incident."""

    def __init__(self) -> None:
        self.by_channel: Counter[tuple[str, DeliveryOutcome]] = Counter()
        self._apart: set[str] = set()

    def note(self, channel: str, outcome: DeliveryOutcome, number: int = 1) -> None:
        """Counts so many."""
        if channel not in self._apart:
            if len(self._apart) >= COUNTED_APART:
                channel = OTHERS
            self._apart.add(channel)
        self.by_channel[channel, outcome] += number
