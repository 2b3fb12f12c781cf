"""The incidents of one shard of which one channel was told, so that it learns what becomes of them.

Pure. One that the channel knows of is a part on disk, once it took what was said of it; until then the
message in its box says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from automaton.delivery.records import MOST_KEPT

MOST_RAISED = MOST_KEPT
"""Incidents of one shard that one channel is kept up to date about: as many as the channel itself knows of.

Of one beyond, the oldest is forgotten: it is not reminded of any more once it is acknowledged or over there.
"""


@dataclass(slots=True)
class Raised:
    """`is_taken`: the channel took something that was said of it. `is_acked` is as the channel was told."""

    ref: str
    is_taken: bool = False
    is_acked: bool = False


class RaisedIncidents:
    """By `SendMessage.ref`. `forgotten` counts those that had no room."""

    def __init__(self) -> None:
        self.forgotten = 0
        self._all: dict[str, Raised] = {}
        self._changes: dict[str, object | None] = {}

    def __iter__(self) -> Iterator[Raised]:
        return iter(list(self._all.values()))

    def __len__(self) -> int:
        return len(self._all)

    def raise_(self, ref: str) -> None:
        """Something is said of one."""
        self._all.setdefault(ref, Raised(ref))
        while len(self._all) > MOST_RAISED:
            self.forgotten += 1
            self.end(next(iter(self._all)))

    def find(self, ref: str) -> Raised | None:
        """One that is not over."""
        return self._all.get(ref)

    def take(self, ref: str) -> None:
        """The channel took something that was said of it."""
        raised = self._all.get(ref)
        if raised is not None and not raised.is_taken:
            raised.is_taken = True
            self._save(raised)

    def ack(self, ref: str, *, is_acked: bool) -> None:
        """The channel is told whether somebody has it in hand."""
        raised = self._all[ref]
        raised.is_acked = is_acked
        if raised.is_taken:
            self._save(raised)

    def end(self, ref: str) -> None:
        """Nothing more is to be told of it."""
        raised = self._all.pop(ref, None)
        if raised is not None and raised.is_taken:
            self._changes[name_of(ref)] = None

    def load(self, data: Mapping[str, Any]) -> None:
        """Restores one from its part. Raises KeyError or TypeError for what is none."""
        ref = str(data["ref"])
        self._all[ref] = Raised(ref, is_taken=True, is_acked=bool(data["acked"]))

    def take_changes(self) -> dict[str, object | None]:
        """The parts that have changed since it was last asked, by name; None for one that is gone."""
        changes, self._changes = self._changes, {}
        return changes

    def names(self) -> list[str]:
        """Of all its parts."""
        return [name_of(raised.ref) for raised in self._all.values() if raised.is_taken]

    def _save(self, raised: Raised) -> None:
        self._changes[name_of(raised.ref)] = {"ref": raised.ref, "acked": raised.is_acked}


def name_of(ref: str) -> str:
    """A short name for the part of an incident."""
    return sha256(ref.encode("utf-8", "replace")).hexdigest()[:16]
