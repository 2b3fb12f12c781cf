"""`page.db` of the state folder: how long servers were up, for the public page; written by the page alone.

Whatever becomes of this file, nothing but bars of a page is lost: one that cannot be read is set aside, and
one that cannot be written is told once and tried again.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import anyio
import anyio.to_thread
import structlog

from automaton.journal.connection import connect, transaction, translated
from automaton.journal.faults import Corrupt, OutOfOrder
from automaton.journal.set_aside import set_aside
from automaton.safe_files import open_own
from automaton.web.pages.uptime import KeptBucket, UptimeBucket

NAME = "page.db"
FORMAT = 1
TABLE = """
CREATE TABLE IF NOT EXISTS uptime (
  server TEXT NOT NULL, length INTEGER NOT NULL, start INTEGER NOT NULL,
  up REAL NOT NULL, down REAL NOT NULL, off REAL NOT NULL,
  PRIMARY KEY (server, length, start)
) STRICT, WITHOUT ROWID
"""


class UptimeFile:
    """An UptimeStore in a folder; "" for none."""

    def __init__(self, folder: str) -> None:
        self._path = Path(folder) / NAME if folder else None
        self._one = anyio.CapacityLimiter(1)
        self._log = structlog.get_logger()
        self._is_troubled = False

    async def load(self) -> list[KeptBucket]:
        """All that are kept; none where the file is new or had to be set aside."""
        if self._path is None:
            return []
        try:
            return await anyio.to_thread.run_sync(_load, self._path, limiter=self._one)
        except Corrupt as problem:
            await self._set_aside(self._path, str(problem))
        except OutOfOrder as problem:
            self._tell(str(problem))
        except OSError as problem:
            self._tell(problem.strerror or str(problem))
        return []

    async def save(self, buckets: list[KeptBucket], oldest: Mapping[int, int]) -> bool:
        """Whether they are written, and need not be told of again."""
        if self._path is None:
            return True
        try:
            await anyio.to_thread.run_sync(_save, self._path, buckets, oldest, limiter=self._one)
        except Corrupt as problem:
            await self._set_aside(self._path, str(problem))
        except OutOfOrder as problem:
            self._tell(str(problem))
        except OSError as problem:
            self._tell(problem.strerror or str(problem))
        else:
            self._is_troubled = False
            return True
        return False

    async def _set_aside(self, path: Path, reason: str) -> None:
        try:
            name, _ = await anyio.to_thread.run_sync(set_aside, path, limiter=self._one)
        except OSError as problem:
            self._tell(f"{reason}; and it cannot be set aside: {problem.strerror}")
        else:
            self._log.error("uptime.set_aside", file=str(path), kept=str(name), reason=reason)

    def _tell(self, reason: str) -> None:
        if not self._is_troubled:
            self._is_troubled = True
            self._log.warning("uptime.unwritten", file=str(self._path), reason=reason)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, made where it is missing. One at a time: nothing else of this process has it open."""
    os.close(open_own(path))  # neither a link nor a pipe
    connection = connect(path)
    try:
        with translated(path):
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found not in (0, FORMAT):
                raise OutOfOrder(f"{path} was written by a newer automaton")
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            connection.execute(TABLE)
            connection.execute(f"PRAGMA user_version = {FORMAT}")
            yield connection
    finally:
        connection.close()


def _load(path: Path) -> list[KeptBucket]:
    with _opened(path) as connection:
        rows = connection.execute("SELECT server, length, start, up, down, off FROM uptime").fetchall()
    return [
        KeptBucket(server, length, start, UptimeBucket(up, down, off))
        for server, length, start, up, down, off in rows
    ]


def _save(path: Path, buckets: list[KeptBucket], oldest: Mapping[int, int]) -> None:
    with _opened(path) as connection, transaction(connection):
        connection.executemany(
            "INSERT OR REPLACE INTO uptime VALUES (?, ?, ?, ?, ?, ?)",
            [
                (one.server, one.length, one.start, one.bucket.up, one.bucket.down, one.bucket.off)
                for one in buckets
            ],
        )
        for length, start in oldest.items():
            connection.execute("DELETE FROM uptime WHERE length = ? AND start < ?", (length, start))
