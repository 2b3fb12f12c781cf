"""Up to which number a channel took what each shard said: nothing is taken twice, and nothing is missed.

Pure. It is written in the entry that takes the messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from automaton.cluster.messages.handed import Batch, Expected


@dataclass(frozen=True, slots=True)
class _Stand:
    series: int
    number: int


class TakenNumbers:
    """By the text of a shard."""

    def __init__(self) -> None:
        self._of: dict[str, _Stand] = {}
        self._changes: dict[str, object | None] = {}

    def judge(self, batch: Batch) -> Expected | None:
        """What this shard is to offer instead; None where the batch follows on what was taken."""
        known = self._of.get(batch.source)
        if known is not None and batch.series < known.series:
            return Expected(series=known.series, after=known.number)
        after = self.up_to(batch)
        return Expected(series=batch.series, after=after) if batch.after > after else None

    def up_to(self, batch: Batch) -> int:
        """The number that was taken last of this batch's shard and series."""
        known = self._of.get(batch.source)
        return known.number if known is not None and known.series == batch.series else 0

    def take(self, batch: Batch) -> None:
        """Notes that all of a batch is taken."""
        number = max(self.up_to(batch), batch.items[-1].number)
        stand = self._of[batch.source] = _Stand(batch.series, number)
        self._changes[batch.source] = {"series": stand.series, "number": stand.number}

    def load(self, source: str, data: Mapping[str, Any]) -> None:
        """Restores one from its part. Raises KeyError, TypeError or ValueError for what is none."""
        self._of[source] = _Stand(int(data["series"]), int(data["number"]))

    def dump(self) -> dict[str, object | None]:
        """All parts, by the shard's text."""
        return {
            source: {"series": stand.series, "number": stand.number} for source, stand in self._of.items()
        }

    def take_changes(self) -> dict[str, object | None]:
        """The parts that have changed since it was last asked, by the shard's text."""
        changes, self._changes = self._changes, {}
        return changes
