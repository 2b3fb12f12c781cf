"""The journal in a file of SQLite: appended to in transactions, read whole at a start.

Law: a transaction holds whole entries, the parts as they are after them, and the seal of those parts. What
is read is held to that seal, so that a state is either the fold of a prefix of the entries or Corrupt.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from automaton.core.moment import Moment
from automaton.journal.connection import room_at, size_beside, transaction, translated
from automaton.journal.entry import Entry, Snapshot, TrailRow
from automaton.journal.faults import Corrupt, TakenAway
from automaton.journal.port import NoLongerKept, StaleWriter
from automaton.journal.retention import BelievedClock, Retention, tidy_a_little
from automaton.journal.seal import seal_of_part, seal_of_position
from automaton.journal.state import bytes_of, head, name_of, read_state, storable

MOST_KEPT = 1000
"""Entries that `read` still gives. A follower that is further behind takes the snapshot, which is quicker."""

TRIMMED_AT_ONCE = 100
"""Up to so many more are kept: to take away one from the beginning writes as much as to add one."""

LARGEST_KEPT = 16 << 20
"""Bytes of their changes: what readings taught of thousands of servers is some hundred kilobytes an entry."""

_UPSERT = (
    "INSERT INTO parts (name, body, position, seal) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (name) DO UPDATE SET "
    "body = excluded.body, position = excluded.position, seal = excluded.seal"
)
_ROW = "at, kind, rule, key, server, verdict, detail, body"
_ADD_ROW = f"INSERT INTO trail (id, position, {_ROW}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - columns, no values
_ROWS = f"SELECT {_ROW} FROM trail WHERE id BETWEEN ? AND ? ORDER BY id"  # noqa: S608 - columns, no values
_changes = msgspec.msgpack.Decoder(dict[bytes, bytes | None])


class SqliteJournal:
    """An open journal. `sqlite_journals.py` opens it. Used by one thread at a time."""

    def __init__(
        self, connection: sqlite3.Connection, path: Path, retention: Callable[[], Retention] = Retention
    ) -> None:
        """`retention` is asked at each step of `tidy`, for a reload may change it."""
        self.connection = connection
        self.path = path
        self._retention = retention
        self._calendar: BelievedClock | None = None
        with translated(path):
            self._identity = _identity(path)
        self._kept_bytes = LARGEST_KEPT  # until it is counted
        self._seals: dict[bytes, int] | None = None  # of each part, until somebody else may have written

    def append(self, entries: Sequence[Entry], expected: int, /) -> int:
        """Writes all of them or none, after position `expected`; the new last position.

        They are on disk then. Raises StaleWriter, Corrupt or OutOfOrder, also where the file was taken away.
        """
        self._look_whether_it_is_there()  # what is written beside another file would be taken for that one's
        with translated(self.path), transaction(self.connection):
            position, seal = head(self.connection)
            if position != expected:
                self._seals = None
                raise StaleWriter(expected, position)
            seal ^= seal_of_position(position)
            size = 0
            (last_row,) = self.connection.execute("SELECT last_row FROM meta").fetchone()
            for entry in entries:
                position += 1
                size += self._add(position, entry, last_row)
                last_row += len(entry.trail)
            change, seals = self._change_parts(entries, expected)
            seal ^= change
            self.connection.execute(
                "UPDATE meta SET position = ?, seal = ?, last_row = ?",
                (position, seal ^ seal_of_position(position), last_row),
            )
            kept_bytes = self._kept_bytes + size
            if position // TRIMMED_AT_ONCE > expected // TRIMMED_AT_ONCE or kept_bytes > LARGEST_KEPT:
                kept_bytes = self._trim(position, kept_bytes)
        self._kept_bytes, self._seals = kept_bytes, seals
        self._look_whether_it_is_there()
        return position

    def snapshot(self) -> Snapshot:
        """The state after the last entry. Raises Corrupt where it does not fit its seal."""
        with translated(self.path):
            return read_state(self.connection, self.path)

    def read(self, after: int, /) -> Iterator[tuple[int, Entry]]:
        """The entries after a position, each with its own. Raises NoLongerKept where they are not kept."""
        with translated(self.path):
            position, _ = head(self.connection)
            (oldest,) = self.connection.execute("SELECT min(position) FROM entries").fetchone()
            if oldest is None:
                oldest = position + 1
            if after < oldest - 1:
                raise NoLongerKept(after, oldest)
            found = self.connection.execute(
                "SELECT position, at, kind, changes, first_row, last_row FROM entries WHERE position > ? "
                "ORDER BY position",
                (after,),
            ).fetchall()
            for place, at, kind, changes, first, last in found:
                yield place, Entry(at or 0.0, kind, _decoded(changes), self._rows(first, last))

    def tidy(self, now: Moment, /) -> bool:
        """One small step of retention; whether more is left."""
        with translated(self.path):
            size_beside(self.connection, room_at(self.path))
            if self._calendar is None:
                (believed,) = self.connection.execute("SELECT calendar FROM meta").fetchone()
                self._calendar = BelievedClock(believed, now)
            return tidy_a_little(self.connection, self._retention(), self._calendar.read(now))

    def close(self) -> None:
        """What is beside the file goes into it, where nobody else has it open."""
        with translated(self.path):
            self.connection.close()

    def _add(self, position: int, entry: Entry, last_row: int) -> int:
        """How many bytes its changes take. Its rows are numbered from `last_row` on."""
        rows = [
            (number, position, row.at, *map(storable, _texts(row)))
            for number, row in enumerate(entry.trail, last_row + 1)
        ]
        if rows:
            self.connection.executemany(_ADD_ROW, rows)
        changes = msgspec.msgpack.encode({bytes_of(name): body for name, body in entry.changes.items()})
        self.connection.execute(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)",
            (position, entry.at, entry.kind, changes, last_row + 1, last_row + len(rows)),
        )
        return len(changes)

    def _change_parts(self, entries: Iterable[Entry], before: int) -> tuple[int, dict[bytes, int]]:
        """What it changes in the seal, and the seals of all parts by then.

        A part that several entries change is written once. The seals are known from one append to the next:
        a transaction that fails leaves them to be read anew.
        """
        latest: dict[bytes, tuple[bytes | None, int]] = {}
        for position, entry in enumerate(entries, before + 1):
            for name, body in entry.changes.items():
                latest[bytes_of(name)] = body, position
        seals, self._seals = self._seals, None
        if seals is None:
            seals = dict(self.connection.execute("SELECT name, seal FROM parts"))
        seal = 0
        written: list[tuple[bytes, bytes, int, int]] = []
        gone: list[tuple[bytes]] = []
        for key, (body, position) in latest.items():
            old = seals.pop(key, None)
            if old is not None:
                seal ^= old
            if body is not None:
                own = seals[key] = seal_of_part(key, body)
                seal ^= own
                written.append((key, body, position, own))
            elif old is not None:
                gone.append((key,))
        self.connection.executemany(_UPSERT, written)
        self.connection.executemany("DELETE FROM parts WHERE name = ?", gone)
        return seal, seals

    def _trim(self, position: int, kept_bytes: int) -> int:
        """Lets the oldest entries go until the rest is within its bounds; how many bytes are left."""
        self.connection.execute("DELETE FROM entries WHERE position <= ?", (position - MOST_KEPT,))
        if kept_bytes <= LARGEST_KEPT:
            return kept_bytes  # at most: others may have gone
        sizes = self.connection.execute(
            "SELECT position, length(changes) FROM entries ORDER BY position DESC"
        ).fetchall()
        kept_bytes, most = 0, LARGEST_KEPT * 7 // 8  # else the next entry is too much again
        for place, size in sizes:
            if kept_bytes + size > most:
                self.connection.execute("DELETE FROM entries WHERE position <= ?", (place,))
                break
            kept_bytes += size
        return kept_bytes

    def _rows(self, first: int, last: int) -> tuple[TrailRow, ...]:
        if last < first:
            return ()
        found = self.connection.execute(_ROWS, (first, last))
        return tuple(TrailRow(at or 0.0, *texts) for at, *texts in found)

    def _look_whether_it_is_there(self) -> None:
        """SQLite goes on writing into a file that was deleted, and says nothing."""
        try:
            if _identity(self.path) == self._identity:
                return
        except OSError:
            pass
        raise TakenAway(f"{self.path} was taken away while automaton used it")


def _identity(path: Path) -> tuple[int, int]:
    told = os.stat(path)
    return told.st_dev, told.st_ino


def _decoded(changes: bytes) -> dict[str, bytes | None]:
    try:
        return {name_of(key): body for key, body in _changes.decode(changes).items()}
    except (msgspec.MsgspecError, UnicodeDecodeError, TypeError):
        raise Corrupt("the journal is damaged: an entry cannot be read") from None


def _texts(row: TrailRow) -> tuple[str, ...]:
    return row.kind, row.rule, row.key, row.server, row.verdict, row.detail, row.body
