"""Entries that are not on disk yet: bounded, however long a disk takes nothing.

Pure. The parts of entries that wait too long are folded into one entry, by name: of the state nothing is lost
but the steps in between. Rows of the trail that find no room are dropped, the oldest first, and counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from automaton.journal.entry import Entry, TrailRow

MOST_ENTRIES = 20_000
"""Entries that wait as they are: some seconds of thousands of servers in turmoil, while a disk hesitates."""

LARGEST = 16 << 20
"""Bytes of the entries that wait as they are."""

MOST_ROWS = 20_000
"""Rows of the trail that are kept of folded entries, some megabytes: days of an ordinary fleet."""

RECOVERY = "recovery"
"""The kind of an entry that stands for several, or for all that is remembered."""


class Backlog:
    """What is yet to be written, in order. `lost_rows` counts over its whole life."""

    def __init__(
        self, most_entries: int = MOST_ENTRIES, largest: int = LARGEST, most_rows: int = MOST_ROWS
    ) -> None:
        self.lost_rows = 0
        self._most_entries = most_entries
        self._largest = largest
        self._most_rows = most_rows
        self._entries: list[Entry] = []
        self._size = 0
        self._folded: _Folded | None = None

    def __len__(self) -> int:
        """Entries that a `take` would give."""
        return len(self._entries) + (self._folded is not None)

    def add(self, entry: Entry) -> None:
        """Takes one more; folds all where there are too many."""
        self._entries.append(entry)
        self._size += _size(entry)
        if len(self._entries) > self._most_entries or self._size > self._largest:
            self._fold()

    def take(self) -> list[Entry]:
        """All of them, in order."""
        taken = self._entries
        if self._folded is not None:
            taken = [self._folded.entry(), *taken]
        self._entries, self._folded, self._size = [], None, 0
        return taken

    def start_over(self, parts: Mapping[str, bytes], before: Sequence[Entry]) -> None:
        """From here on the state is `parts`: of what waits, and of `before`, the trail alone stays."""
        self._entries = [*before, *self.take()]
        self._fold()
        assert self._folded is not None
        self._folded.changes = dict(parts)

    def _fold(self) -> None:
        folded = self._folded = self._folded or _Folded()
        for entry in self._entries:
            folded.add(entry)
        self._entries, self._size = [], 0
        while len(folded.rows) > self._most_rows or folded.size_of_rows > self._largest:
            folded.drop_oldest()
            self.lost_rows += 1


class _Folded:
    """Several entries as one."""

    def __init__(self) -> None:
        self.changes: dict[str, bytes | None] = {}
        self.rows: deque[TrailRow] = deque()
        self.size_of_rows = 0
        self._lost = 0
        self._steps = 0
        self._at = 0.0

    def add(self, entry: Entry) -> None:
        """The later change of a name counts."""
        self.changes.update(entry.changes)
        self.rows.extend(entry.trail)
        self.size_of_rows += sum(map(_size_of_row, entry.trail))
        self._steps += 1
        self._at = entry.at

    def drop_oldest(self) -> None:
        """One row is lost, and counted."""
        self.size_of_rows -= _size_of_row(self.rows.popleft())
        self._lost += 1

    def entry(self) -> Entry:
        """All of it, with a row that says what is missing."""
        told = f"the journal could not be written: {self._steps} steps are one entry"
        if self._lost:
            told += f", and {self._lost} older rows of the trail are lost"
        return Entry(
            self._at, RECOVERY, self.changes, (*self.rows, TrailRow(self._at, RECOVERY, detail=told))
        )


def _size(entry: Entry) -> int:
    bodies = sum(len(body) for body in entry.changes.values() if body is not None)
    return bodies + sum(map(_size_of_row, entry.trail))


def _size_of_row(row: TrailRow) -> int:
    return len(row.key) + len(row.detail) + len(row.body)
