"""A copy of the journal's file as it is at one moment, which is there whole or not at all.

Law: a copy has nothing beside it and holds nothing that was deleted, so it may be moved by anybody.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from automaton.journal.connection import BESIDE
from automaton.journal.faults import OutOfOrder
from automaton.safe_files import OWN, keep_order


def copy_whole(connection: sqlite3.Connection, target: Path) -> None:
    """Replaces `target`; others may write the journal meanwhile. Raises OutOfOrder, and errors of SQLite."""
    beside = target.with_name(f".{target.name}.new")
    try:
        _make_empty(beside)
        connection.execute("VACUUM INTO ?", (str(beside.absolute()),))
        settle(beside, target)
    except OSError as error:
        raise OutOfOrder(f"{target} cannot be written: {error.strerror}") from None
    finally:
        with suppress(OSError):  # a full disk needs the room
            beside.unlink(missing_ok=True)
        for end in ("-journal", *BESIDE):
            with suppress(OSError):
                Path(f"{beside}{end}").unlink(missing_ok=True)


def settle(beside: Path, target: Path) -> None:
    """Puts a file that is written in its place, so that it outlives everything. Raises OSError."""
    file = os.open(beside, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        os.fsync(file)
    finally:
        os.close(file)
    beside.replace(target)
    keep_order(target.parent)


def _make_empty(path: Path) -> None:
    """With the right mode from the first moment on: SQLite takes an empty file as it is."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWN))
