"""A journal in memory that fails when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from automaton.core.moment import Moment
from automaton.errors import AutomatonError
from automaton.journal.entry import Entry, Snapshot, fold
from automaton.journal.faults import Corrupt, OutOfOrder
from automaton.journal.port import Opened, StaleWriter


class FakeJournals:
    """A disk with one journal on it. `faults` are raised by the next appends, one each; `is_down` by all.

    `keeps_what_fails`: an append that reports a fault has reached the disk all the same.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.commits: list[int] = []
        self.faults: list[AutomatonError] = []
        self.is_down = ""
        self.keeps_what_fails = False
        self.opened = 0
        self.tidied = 0
        self.left_to_tidy = 0
        self.set_aside: list[str] = []
        self.before_append: Callable[[], None] = lambda: None

    def open(self, damaged: str = "", /) -> Opened:
        """What is on the disk, which may be set aside first."""
        self.opened += 1
        if self.is_down:
            return Opened(None, None, fault=self.is_down)
        if damaged:
            self.set_aside.append(damaged)
            self.entries.clear()
        journal = FakeJournal(self)
        return Opened(journal, journal.snapshot(), set_aside=damaged)

    @property
    def parts(self) -> dict[str, bytes]:
        """The state that is on the disk."""
        return fold(self.entries)

    def rows(self) -> list[str]:
        """What the trail says."""
        return [row.detail for entry in self.entries for row in entry.trail]


class FakeJournal:
    """Open on a disk."""

    def __init__(self, disk: FakeJournals) -> None:
        self._disk = disk
        self.is_closed = False

    def append(self, entries: Sequence[Entry], expected: int, /) -> int:
        """As the port says, and fails as the disk says."""
        assert not self.is_closed
        disk = self._disk
        disk.before_append()
        if disk.is_down:
            raise OutOfOrder(disk.is_down)
        if len(disk.entries) != expected:
            raise StaleWriter(expected, len(disk.entries))
        fault = disk.faults.pop(0) if disk.faults else None
        if fault is None or disk.keeps_what_fails:
            disk.entries += entries
            disk.commits.append(len(entries))
        if fault is not None:
            raise fault
        return len(disk.entries)

    def snapshot(self) -> Snapshot:
        """The state after the last entry."""
        return Snapshot(len(self._disk.entries), self._disk.parts)

    def read(self, after: int, /) -> Iterator[tuple[int, Entry]]:
        """All are kept."""
        yield from list(enumerate(self._disk.entries, 1))[after:]

    def tidy(self, now: Moment, /) -> bool:
        """Counted."""
        self._disk.tidied += 1
        self._disk.left_to_tidy -= 1
        return self._disk.left_to_tidy >= 0

    def close(self) -> None:
        """Nothing may be asked of it any more."""
        self.is_closed = True


DAMAGED = Corrupt("the file is damaged")
FULL = OutOfOrder("the disk is full")
