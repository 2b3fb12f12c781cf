"""What a journal can do, whatever keeps it: a file of SQLite here, a replicated log elsewhere.

Law: positions are the only order. They begin at 1 and have no gaps; what the clocks said when an entry was
made orders nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from automaton.core.moment import Moment
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


class KeptJournal(Journal, Protocol):
    """A journal that this process holds open."""

    def tidy(self, now: Moment, /) -> bool:
        """One small step of what retention asks for at this time; whether more is left to do."""

    def close(self) -> None:
        """Gives it up. What was appended is on disk already."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What an opening found.

    `journal` is None where nothing can be written now, `fault` says why, and `snapshot` may still have been
    read: None where even that failed. `set_aside` says what was found unusable, and where it lies now.
    """

    journal: KeptJournal | None
    snapshot: Snapshot | None
    set_aside: str = ""
    fault: str = ""


class Journals(Protocol):
    """Where a journal is opened, again and again if need be."""

    def open(self, damaged: str = "", /) -> Opened:
        """Opens what is there, makes it where it is missing, and sets aside what cannot be used.

        `damaged` says why what is there is known to be of no use, though it opens. Raises Refused where
        automaton must not start: the journal is that of a newer version.
        """
