"""How long the audit trail is kept: by age and by size, in steps that hold up no commit.

Parts are never touched: they are what automaton remembers, and are as many as there are things to remember.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from automaton.core.moment import Moment
from automaton.journal.connection import transaction

DAY = 86400.0

ROWS_AT_ONCE = 500
"""Deleted in one step: some ten milliseconds, for which a commit may wait."""

_PAGES_AT_ONCE = 256
_PAGES_LEFT = 1024
"""Free pages that stay for what comes, 4 MiB: a file that shrinks and grows again and again gains nothing."""

_BELIEVED_AFTER = 6 * 3600.0
"""Seconds for which a clock that jumped ahead must stand by it before the trail ages by it."""

_STANDS_BY = 60.0


@dataclass(frozen=True, slots=True)
class Retention:
    """Rows older than `keep` seconds go, and the oldest while the file has over `size` bytes in use."""

    keep: float = 30 * DAY
    size: int = 1 << 30


class BelievedClock:
    """The wall's time as far as it is believed: a clock that jumps ahead for an hour must erase no history.

    A jump ahead of more than a day is believed once the clock has stood by it for hours; a jump back at once,
    for it keeps more.
    """

    def __init__(self, believed: float, now: Moment) -> None:
        """`believed` is what was believed last, perhaps by another process; 0 where nothing was."""
        self.believed = believed or now.wall
        self._offset = 0.0  # of a jump that is not believed yet
        self._since: float | None = None

    def read(self, now: Moment) -> float:
        """What time it is, for retention."""
        if now.wall - self.believed <= DAY:
            self._since = None
            self.believed = now.wall
            return self.believed
        offset = now.wall - now.mono
        if self._since is None or abs(offset - self._offset) > _STANDS_BY:
            self._since, self._offset = now.mono, offset
        elif now.mono - self._since >= _BELIEVED_AFTER:
            self._since = None
            self.believed = now.wall
        return self.believed


def tidy_a_little(connection: sqlite3.Connection, retention: Retention, wall: float) -> bool:
    """One step; whether there is another to be done. Raises errors of SQLite."""
    (known,) = connection.execute("SELECT calendar FROM meta").fetchone()
    if abs(wall - known) > DAY / 2:  # before anything goes by it: the next start is to doubt a jump from here
        connection.execute("UPDATE meta SET calendar = ?", (wall,))
    rows = _too_old(connection, wall - retention.keep) or _too_many(connection, retention.size)
    if rows:
        with transaction(connection):
            _delete(connection, rows)
        return True
    return _shrink(connection)


def _too_old(connection: sqlite3.Connection, before: float) -> list[tuple[int, int]]:
    return connection.execute(
        "SELECT id, position FROM trail WHERE at < ? ORDER BY at LIMIT ?", (before, ROWS_AT_ONCE)
    ).fetchall()


def _too_many(connection: sqlite3.Connection, size: int) -> list[tuple[int, int]]:
    pages = _number(connection, "page_count") - _number(connection, "freelist_count")
    if pages * _number(connection, "page_size") <= size:
        return []
    return connection.execute(
        "SELECT id, position FROM trail ORDER BY id LIMIT ?", (ROWS_AT_ONCE,)
    ).fetchall()


def _delete(connection: sqlite3.Connection, rows: list[tuple[int, int]]) -> None:
    connection.executemany("DELETE FROM trail WHERE id = ?", [(number,) for number, _ in rows])
    # An entry whose rows are gone would be read as one that never had any.
    last = max(position for _, position in rows)
    connection.execute("DELETE FROM entries WHERE position <= ?", (last,))


def _shrink(connection: sqlite3.Connection) -> bool:
    """Gives free pages back to the disk; whether there are more."""
    if _number(connection, "freelist_count") <= _PAGES_LEFT:
        return False
    give_back(connection, _PAGES_AT_ONCE)
    return _number(connection, "freelist_count") > _PAGES_LEFT


def give_back(connection: sqlite3.Connection, pages: int = 0) -> None:
    """Has the file end earlier by so many free pages, or by all of them."""
    # As a script: it is a statement of many steps without rows, of which `execute` takes the first.
    connection.executescript(f"PRAGMA incremental_vacuum({pages})")


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    (number,) = connection.execute(f"PRAGMA {pragma}").fetchone()
    return int(number)
