"""A copy of the journal for another disk, and the way back. From any process, also while the daemon runs.

`restore` is for while it does not: the caller holds the state folder's lock.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from os.path import lexists
from pathlib import Path

from automaton.errors import Refused, Unusable
from automaton.journal import schema
from automaton.journal.connection import BESIDE, connect, connect_to_read, translated
from automaton.journal.faults import Corrupt, OutOfOrder
from automaton.journal.set_aside import set_aside
from automaton.journal.sqlite_journals import NAME, refuse_newer
from automaton.journal.state import read_state
from automaton.journal.whole_copy import copy_whole, settle
from automaton.safe_files import OWN, open_to_read


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restored journal holds, and where what it replaced lies; None where there was none.

    `is_over_older`: what was replaced by earlier ones lay there, and is gone.
    """

    parts: int
    rows: int
    replaced: Path | None
    is_over_older: bool = False


def backup(folder: Path, file: Path) -> None:
    """Writes the journal of a state folder to a new file. Raises Refused, OutOfOrder or Corrupt."""
    if lexists(file):
        raise Refused(f"{file} is there already: name a new file")
    if not file.parent.is_dir():
        raise Unusable(f"there is no folder {file.parent}")
    path = folder / NAME
    if not path.exists():
        raise Refused(f"there is no journal in {folder}: automaton has not run there")
    connection = connect_to_read(path)
    try:
        with translated(path):
            if not schema.is_ours(connection):
                raise Corrupt(f"{path} is no journal of automaton")
            copy_whole(connection, file)
    finally:
        connection.close()


def restore(folder: Path, file: Path) -> Restored:
    """Puts a backup in place of the journal, once it has been looked at; what was there is kept aside.

    Raises Refused or Corrupt where the backup is of no use, and OutOfOrder; then all is as it was.
    """
    path = folder / NAME
    beside = folder / f".{NAME}.restored"
    if not lexists(file):
        raise Unusable(f"there is no {file}")
    try:
        _copy(file, beside)
        parts, rows = _look_at(beside, file)
        _give_to_owner(beside, folder)
        replaced, is_over_older = set_aside(path, "replaced") if lexists(path) else (None, False)
        settle(beside, path)
    except OSError as error:
        raise OutOfOrder(f"{file} cannot be restored: {error.strerror or error}") from None
    finally:
        for end in ("", "-journal", *BESIDE):
            with suppress(OSError):
                Path(f"{beside}{end}").unlink(missing_ok=True)
    return Restored(parts, rows, replaced, is_over_older)


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    with (
        open_to_read(source) as old,
        os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWN), "wb") as new,
    ):
        shutil.copyfileobj(old, new)


def _give_to_owner(path: Path, folder: Path) -> None:
    """What root restores belongs to the service's user, who could not open it else."""
    told = folder.stat()
    if told.st_uid != os.geteuid():
        os.chown(path, told.st_uid, told.st_gid)


def _look_at(path: Path, name: Path) -> tuple[int, int]:
    """All of it: nobody waits for a restart here. How many parts and rows it has. Raises Corrupt."""
    try:
        connection = connect(path)
        try:
            with translated(path):
                return _count(connection, path, name)
        finally:
            connection.close()
    except Corrupt as problem:
        raise Corrupt(str(problem).replace(str(path), str(name))) from None


def _count(connection: sqlite3.Connection, path: Path, name: Path) -> tuple[int, int]:
    if not schema.is_ours(connection):
        raise Corrupt(f"{name} is no journal of automaton")
    refuse_newer(connection, name)
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise Corrupt(f"{name} is damaged: {found}")
    (rows,) = connection.execute("SELECT count(*) FROM trail").fetchone()
    return len(read_state(connection, path).parts), rows
