"""What a journal can do, whatever keeps it: a file of SQLite here, a replicated log elsewhere.

Law: positions are the only order. They begin at 1 and have no gaps; what the clocks said when an entry was
made orders nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from automaton.errors import AutomatonError
from automaton.journal.entry import Entry, Snapshot


class StaleWriter(AutomatonError):
    """Somebody else wrote since: the last position is another than the writer knew."""

    def __init__(self, expected: int, last: int) -> None:
        self.expected, self.last = expected, last
        super().__init__(f"the journal stands at {last} and not at {expected}: somebody else writes it")


class NoLongerKept(AutomatonError):
    """The entries that were asked for are not kept any more: whoever asks takes the snapshot."""

    def __init__(self, after: int, oldest: int) -> None:
        self.after, self.oldest = after, oldest
        super().__init__(f"entries are kept from {oldest} on, those after {after} are not: take the snapshot")


class Journal(Protocol):
    """One sequence of entries, and the state that they leave. Used by one thread at a time."""

    def append(self, entries: Sequence[Entry], expected: int, /) -> int:
        """Writes all of them or none, after position `expected`; the new last position.

        They outlive everything once this returns. Raises StaleWriter where `expected` is not the last one.
        """

    def snapshot(self) -> Snapshot:
        """The state after the last entry."""

    def read(self, after: int, /) -> Iterator[tuple[int, Entry]]:
        """The entries after a position, each with its own.

        Only so many of the last are kept: raises NoLongerKept where those asked for are not.
        """
