"""Opening the journal's file: made where it is missing, set aside where it cannot be believed.

Law: a file is set aside only for what is in it. What the disk refuses passes, and the file stays.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import structlog

from automaton.journal import schema
from automaton.journal.connection import connect, set_up, transaction, translated
from automaton.journal.entry import Snapshot
from automaton.journal.faults import Corrupt, NewerFormat, OutOfOrder
from automaton.journal.migrations import STEPS, Steps, migrate
from automaton.journal.port import Opened
from automaton.journal.retention import Retention
from automaton.journal.set_aside import set_aside
from automaton.journal.sqlite_journal import SqliteJournal
from automaton.journal.state import read_only
from automaton.safe_files import OWN, open_own

NAME = "journal.db"

_MAGIC = b"SQLite format 3\0"

_IS_FOREIGN = {errno.ELOOP, errno.EMLINK, errno.EINVAL, errno.EISDIR}
"""A link, a pipe, a folder: see safe_files.py. Everything else is the disk's or the folder's."""


class SqliteJournals:
    """The journal of a state folder."""

    def __init__(
        self, folder: Path, retention: Callable[[], Retention] = Retention, *, steps: Steps = STEPS
    ) -> None:
        """`retention` is asked again and again, for a reload may change it."""
        self.path = folder / NAME
        self._retention = retention
        self._steps = steps
        self._log = structlog.get_logger()

    def open(self, damaged: str = "", /) -> Opened:
        """Opens it, made where it is missing. Raises NewerFormat."""
        try:
            if damaged:
                raise Corrupt(damaged)
            return self._open("")
        except Corrupt as problem:
            reason = str(problem)
        try:
            name, replaces = set_aside(self.path)
        except OSError as error:
            fault = f"{reason}; and it cannot be set aside: {error.strerror}"
            return Opened(None, None, fault=fault)
        told = f"{reason}: it is set aside as {name.name}" + (
            ", in place of an older one" if replaces else ""
        )
        self._log.error(
            "journal.set_aside", file=str(self.path), kept=str(name), reason=reason, replaces=replaces
        )
        try:
            return self._open(told)
        except Corrupt as problem:  # a disk that gives back something else than was written
            return Opened(None, None, told, fault=str(problem))

    def _open(self, told: str) -> Opened:
        """Raises Corrupt, NewerFormat."""
        try:
            journal, snapshot = self._open_to_write()
        except OutOfOrder as problem:
            return Opened(None, read_only(self.path), told, fault=str(problem))
        return Opened(journal, snapshot, told)

    def _open_to_write(self) -> tuple[SqliteJournal, Snapshot]:
        self._make_file()
        connection = connect(self.path)
        try:
            self._prepare(connection)
            journal = SqliteJournal(connection, self.path, self._retention)
            return journal, journal.snapshot()
        except BaseException:
            connection.close()
            raise

    def _make_file(self) -> None:
        """With the right mode from the first moment on: SQLite takes it over for what it puts beside."""
        try:
            file = open_own(self.path)
        except OSError as error:
            why = error.strerror or "it cannot be opened"
            if error.errno in _IS_FOREIGN:
                raise Corrupt(f"{self.path} is no journal of automaton: {why}") from None
            raise OutOfOrder(f"{self.path} takes nothing now: {why}") from None
        try:
            os.fchmod(file, OWN)
            begins = os.pread(file, len(_MAGIC), 0)
        except OSError as error:
            raise OutOfOrder(f"{self.path} cannot be used: {error.strerror}") from None
        finally:
            os.close(file)  # before SQLite opens it: see connection.py
        if begins not in (b"", _MAGIC):  # SQLite would find out, but clears away what lies beside
            raise Corrupt(f"{self.path} is damaged or no journal of automaton: it is no database")

    def _prepare(self, connection: sqlite3.Connection) -> None:
        with translated(self.path):
            if schema.is_empty(connection):
                set_up(connection, self.path)
                with transaction(connection):
                    schema.create(connection)
                return
            if not schema.is_ours(connection):
                raise Corrupt(f"{self.path} is no journal of automaton, but of another program")
            refuse_newer(connection, self.path)
            set_up(connection, self.path)
            copy = migrate(connection, self.path, self._steps)
            if copy is not None:
                self._log.info("journal.migrated", file=str(self.path), format=schema.FORMAT, kept=str(copy))
            if not schema.is_whole(connection):
                raise Corrupt(f"{self.path} is damaged: its tables are not those that automaton makes")
            self._check(connection)

    def _check(self, connection: sqlite3.Connection) -> None:
        """The trees of what is read at a start. That of the trail may be large."""
        for table in ("meta", "parts", "entries"):
            (found,) = connection.execute(f"PRAGMA integrity_check({table})").fetchone()
            if found != "ok":
                raise Corrupt(f"{self.path} is damaged: {found}")


def refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    """Raises NewerFormat where a newer automaton wrote it."""
    found = schema.format_of(connection)
    if found > schema.FORMAT:
        raise NewerFormat(
            f"{path} was written by a newer automaton (its format is {found}, this one knows "
            f"{schema.FORMAT}): start that version again, or restore {path.name}.v{schema.FORMAT}, "
            "which it kept"
        )
