"""Connections to the journal's file, and the one seam at which SQLite's errors become ours.

Law: nothing opens the file beside SQLite while a connection of this process is open: whoever closes a second
descriptor of it takes away SQLite's locks (https://www.sqlite.org/howtocorrupt.html, 2.2).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from automaton.journal.faults import Corrupt, OutOfOrder

BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside a file while it is in use."""

PATIENCE = 5.0
"""Seconds for which another process, which forgets or restores, may hold the file before we try later."""

PAGE = 4096  # bytes, SQLite's own

WAL_PAGES = 250, 4000
"""After so many at least, 1 MiB, and so many at most what stands beside the file is taken over into it. By
SQLite's own 1000 a small disk is full before anything is given back.
"""

WAL_SHARE = 8
"""Of a file that is larger, this share. A page that each commit writes is taken over once for all of them:
with thousands of quiet servers a third of what is written to the disk.
"""

ROOM_SHARE = 4
"""And no more than this share of the room that the disk has: taking it over needs some as well."""

_WAL_KEPT = 4 << 20
"""Bytes more; what a long reader let the file beside grow to is given back behind it."""

_PRAGMAS_OF_FILE = (
    "PRAGMA auto_vacuum = INCREMENTAL",  # works before the first page is written, so before WAL
    "PRAGMA journal_mode = WAL",
)
_PRAGMAS = (
    "PRAGMA synchronous = FULL",  # WAL's default outlives the process, but not a loss of power
    "PRAGMA secure_delete = ON",  # what was forgotten is in no page that is free
    "PRAGMA cell_size_check = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA temp_store = MEMORY",
    f"PRAGMA wal_autocheckpoint = {WAL_PAGES[0]}",
    f"PRAGMA journal_size_limit = {_WAL_KEPT}",
)

_IS_CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CONSTRAINT}
_PASSES = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "the disk or the file is read-only",
    sqlite3.SQLITE_IOERR: "the disk reports errors",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_PERM: "automaton may not write it",
    sqlite3.SQLITE_AUTH: "automaton may not write it",
    sqlite3.SQLITE_BUSY: "another process holds it",
    sqlite3.SQLITE_LOCKED: "another process holds it",
    sqlite3.SQLITE_PROTOCOL: "another process holds it",
    sqlite3.SQLITE_NOMEM: "there is no memory left",
    sqlite3.SQLITE_NOLFS: "the file system takes no larger file",
    sqlite3.SQLITE_TOOBIG: "the file has grown too large",
}


def connect(path: Path, patience: float = PATIENCE) -> sqlite3.Connection:
    """To write; nothing of the file is changed yet. Raises OutOfOrder or Corrupt."""
    with translated(path):
        connection = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
        connection.text_factory = _text
        try:
            for pragma in _PRAGMAS:
                connection.execute(pragma).fetchall()
        except BaseException:
            connection.close()
            raise
        return connection


def size_beside(connection: sqlite3.Connection, room: int) -> int:
    """Has as much lie beside the file as befits its size, on a disk with so many free bytes; how many pages.

    To be called now and then: both change.
    """
    ((pages,),) = connection.execute("PRAGMA page_count")
    least, most = WAL_PAGES
    beside = max(min(int(pages) // WAL_SHARE, room // ROOM_SHARE // PAGE, most), least)
    connection.execute(f"PRAGMA wal_autocheckpoint = {beside}").fetchall()
    connection.execute(f"PRAGMA journal_size_limit = {beside * PAGE + _WAL_KEPT}").fetchall()
    return beside


def room_at(path: Path) -> int:
    """Free bytes of the disk of a file, for others than root; 0 where nobody tells."""
    try:
        told = os.statvfs(path)
    except OSError:
        return 0
    return told.f_bavail * told.f_frsize


def set_up(connection: sqlite3.Connection, path: Path) -> None:
    """What stands in the file itself: to be called once it is known to be ours, or empty."""
    for pragma in _PRAGMAS_OF_FILE:
        connection.execute(pragma).fetchall()
    with suppress(sqlite3.OperationalError):  # a full disk may have kept it from being done
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    size_beside(connection, room_at(path))


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Reads beside whoever writes, from any process. Raises OutOfOrder, also where there is no such file.

    On a read-only disk a file with nothing beside it is read as it is; otherwise SQLite could not say what
    belongs to it.
    """
    with translated(path):
        try:
            return _reading(path, "mode=ro")
        except sqlite3.OperationalError:
            wal = Path(f"{path}{BESIDE[0]}")
            if not path.is_file() or (wal.exists() and wal.stat().st_size):
                raise
            return _reading(path, "immutable=1")


def connect_alone(path: Path) -> sqlite3.Connection:
    """Reads without the file beside that processes share, for which a full disk has no room after a reboot.

    Nobody else can have it open meanwhile. Raises OutOfOrder.
    """
    with translated(path):
        return _reading(path, "mode=rw", "PRAGMA locking_mode = EXCLUSIVE")


def _reading(path: Path, how: str, *first: str) -> sqlite3.Connection:
    name = f"file:{quote(str(path.absolute()))}?{how}"
    connection = sqlite3.connect(
        name, timeout=PATIENCE, isolation_level=None, check_same_thread=False, uri=True
    )
    connection.text_factory = _text
    try:
        for pragma in (*first, "PRAGMA trusted_schema = OFF"):
            connection.execute(pragma).fetchall()
        connection.execute("PRAGMA schema_version").fetchone()  # opens it in fact
    except BaseException:
        connection.close()
        raise
    return connection


def _text(data: bytes) -> str:
    """A bit that tipped in a text is no reason to show none."""
    return data.decode(errors="replace")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or none; on disk once this is left. From its beginning on nobody else writes."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Errors of SQLite as ours; those that no operator can mend are bugs and stay what they are."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest tells where it happened
        if code in _IS_CORRUPT:
            raise Corrupt(f"{path} is damaged or no journal of automaton ({error})") from None
        if code in _PASSES:
            raise OutOfOrder(f"{path} takes nothing now: {_PASSES[code]} ({error})") from None
        raise
