"""The records of one target, by number and by incident, and which of them are to be written.

Pure. Bounded: `overflow` names the record that has to go, the least of them first.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from automaton.core.calls import Severity
from automaton.delivery.record import Record

MOST_WAITING = 1_000  # first tellings that wait, of one target: more goes, unless it is critical
MOST_KEPT = 12_000  # records of one target: every key that the engine keeps open may have been told
MOST_OVER = 100  # untold and over: an `on_clear` has a few words at most, and nearly all come within minutes
DROPPED_FIRST = (Severity.INFO, Severity.WARNING)


Shelf = dict[int, Record]


class Records:
    """Each has a number for life; `number` is the last one that was given.

    Each lies on one shelf at most, in the order in which they came there: it waits to be told, was told all,
    was dropped, or was dropped and is over.
    """

    def __init__(self) -> None:
        self.number = 0
        self._all: Shelf = {}
        self._by_ref: dict[str, Record] = {}
        self._waiting: dict[Severity, Shelf] = {level: {} for level in Severity}
        self._told: dict[Severity, Shelf] = {level: {} for level in Severity}
        self._dropped: Shelf = {}
        self._over: Shelf = {}
        self._shelves: dict[int, Shelf] = {}
        self._touched: dict[int, None] = {}

    def __iter__(self) -> Iterator[Record]:
        return iter(list(self._all.values()))

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, record: Record) -> bool:
        return self._all.get(record.number) is record

    @property
    def waiting(self) -> int:
        """First tellings that were not sent yet."""
        return sum(len(shelf) for shelf in self._waiting.values())

    @property
    def dropped(self) -> Iterator[Record]:
        """Those that were not told and will not be, first those that are over."""
        return iter([*self._over.values(), *self._dropped.values()])

    def next_number(self) -> int:
        """One that was never given."""
        self.number += 1
        return self.number

    def find(self, ref: str) -> Record | None:
        """That of an incident. What was told without one is found by nobody."""
        return self._by_ref.get(ref)

    def keep(self, record: Record) -> None:
        """Takes a record, or its change."""
        self.number = max(self.number, record.number)
        self._all[record.number] = record
        if not record.is_lone:
            self._by_ref[record.ref] = record
        self._shelve(record, self._shelf_of(record))
        self._touched[record.number] = None

    def remove(self, record: Record) -> None:
        """Forgets one."""
        self._all.pop(record.number, None)
        if self._by_ref.get(record.ref) is record:
            del self._by_ref[record.ref]
        self._shelve(record, None)
        self._touched[record.number] = None

    def overflow(self, on_its_way: Container[int] = ()) -> Record | None:
        """The one that has no room: the oldest `info`, then `warning`, but none that is `on_its_way`.

        Criticals alone may be as many as can be open; beyond that the newest has no room.
        """
        if self.waiting > MOST_WAITING:
            for severity in DROPPED_FIRST:
                for number, record in self._waiting[severity].items():
                    if number not in on_its_way:
                        return record
        loud = self._waiting[Severity.CRITICAL]
        return next(reversed(loud.values())) if len(loud) > MOST_KEPT else None

    def surplus_over(self) -> Record | None:
        """The oldest of those that were not told and are over, where there are too many of them."""
        return next(iter(self._over.values())) if len(self._over) > MOST_OVER else None

    def surplus(self) -> Record | None:
        """The one that is forgotten where there are too many: told, quiet and old."""
        if len(self._all) <= MOST_KEPT:
            return None
        shelves = (self._over, *(self._told[severity] for severity in Severity), self._dropped)
        return next((record for shelf in shelves for record in shelf.values()), None)

    def take_changes(self) -> dict[int, dict[str, Any] | None]:
        """What has changed since it was last asked, by number; None for one that is gone."""
        touched, self._touched = self._touched, {}
        return {
            number: record.dump() if (record := self._all.get(number)) is not None else None
            for number in touched
        }

    def _shelf_of(self, record: Record) -> Shelf | None:
        if record.is_dropped:
            return self._dropped if record.ended is None else self._over
        if record.since is not None:
            return None if record.is_told else self._waiting[record.severity]
        return self._told[record.severity]

    def _shelve(self, record: Record, shelf: Shelf | None) -> None:
        before = self._shelves.get(record.number)
        if before is shelf:
            return
        if before is not None:
            del before[record.number]
            del self._shelves[record.number]
        if shelf is not None:
            shelf[record.number] = record
            self._shelves[record.number] = shelf
