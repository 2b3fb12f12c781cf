"""Copies of the file; test_backup.py says that they are consistent."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from automaton.journal.faults import OutOfOrder
from automaton.journal.sqlite_journals import NAME
from automaton.journal.whole_copy import copy_whole
from tests.journal.files import opened, row, sql, turn


def test_a_copy_holds_nothing_that_was_deleted(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([turn(1, row(1.0, body="secret" * 1000), a=b"1")], 0)
        journal.connection.execute("DELETE FROM trail")
        copy_whole(journal.connection, tmp_path / "copy")

    assert b"secret" not in (tmp_path / "copy").read_bytes()
    assert sql(tmp_path, "PRAGMA auto_vacuum", name="copy") == [(2,)]


def test_what_was_there_is_replaced_at_once_or_stays(tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("old")
    (tmp_path / ".copy.new").write_text("left behind by a kill")
    with opened(tmp_path) as journal:
        (pages,) = journal.connection.execute("PRAGMA page_count").fetchone()
        journal.connection.execute("BEGIN")
        with pytest.raises(sqlite3.OperationalError, match="VACUUM"):
            copy_whole(journal.connection, tmp_path / "copy")
        journal.connection.execute("COMMIT")
        assert (tmp_path / "copy").read_text() == "old"
        assert sorted(os.listdir(tmp_path)) == ["copy", NAME, f"{NAME}-shm", f"{NAME}-wal"]

        copy_whole(journal.connection, tmp_path / "copy")

    assert sql(tmp_path, "PRAGMA page_count", name="copy") == [(pages,)]


def test_a_folder_that_takes_no_copy_is_named(tmp_path: Path) -> None:
    with opened(tmp_path) as journal, pytest.raises(OutOfOrder, match="missing/copy cannot be written"):
        copy_whole(journal.connection, tmp_path / "missing" / "copy")
