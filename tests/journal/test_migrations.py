"""From older formats to ours, with a copy of what was."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from automaton.journal import schema
from automaton.journal.migrations import STEPS as REAL
from automaton.journal.migrations import Steps
from automaton.journal.sqlite_journals import NAME, SqliteJournals
from tests.journal.files import opened, parts, row, sql, turn, write
from tests.journal.killed import begin, killed


def without_calendar_before(connection: sqlite3.Connection) -> None:
    """From an invented format 0, in which nothing was known of the calendar, to format 1."""
    connection.execute("ALTER TABLE meta RENAME TO old")
    connection.execute(schema.TABLES[0])
    connection.execute("INSERT INTO meta SELECT id, position, seal, last_row, 0 FROM old")
    connection.execute("DROP TABLE old")
    connection.execute("UPDATE trail SET detail = detail || '!'")  # takes a while, where there are many


STEPS: Steps = {0: without_calendar_before}


def make_old(folder: Path) -> None:
    """A journal of the invented format 0."""
    sql(folder, "ALTER TABLE meta DROP COLUMN calendar", "PRAGMA user_version = 0")


def formats(folder: Path) -> dict[str, object]:
    return {
        name: sql(folder, "PRAGMA user_version", name=name)[0][0]
        for name in sorted(os.listdir(folder))
        if not name.endswith(("-wal", "-shm", "-journal", ".new"))
    }


def test_an_older_journal_is_made_ours_and_a_copy_of_it_is_kept(tmp_path: Path) -> None:
    write(tmp_path, turn(1, row(1.0, detail="hello"), a=b"1"))
    make_old(tmp_path)

    found = SqliteJournals(tmp_path, steps=STEPS).open()

    assert found.journal is not None
    assert found.journal.append([turn(2, b=b"2")], 1) == 2
    found.journal.close()
    assert not found.set_aside
    assert parts(tmp_path) == {"a": b"1", "b": b"2"}
    assert formats(tmp_path) == {NAME: 1, f"{NAME}.v0": 0}
    assert sql(tmp_path, "SELECT detail FROM trail", name=f"{NAME}.v0") == [("hello",)]
    assert oct((tmp_path / f"{NAME}.v0").stat().st_mode)[-3:] == "600"


def test_a_migration_that_fails_leaves_the_old_one_as_it_was(tmp_path: Path) -> None:
    def fails(connection: sqlite3.Connection) -> None:
        without_calendar_before(connection)
        raise ZeroDivisionError

    write(tmp_path, turn(1, a=b"1"))
    make_old(tmp_path)

    with pytest.raises(ZeroDivisionError):
        SqliteJournals(tmp_path, steps={0: fails}).open()

    assert formats(tmp_path) == {NAME: 0, f"{NAME}.v0": 0}
    found = SqliteJournals(tmp_path, steps=STEPS).open()
    assert found.snapshot is not None
    assert found.snapshot.parts == {"a": b"1"}
    assert found.journal is not None
    found.journal.close()


def test_a_format_that_nobody_wrote_is_set_aside(tmp_path: Path) -> None:
    write(tmp_path, turn(1, a=b"1"))
    make_old(tmp_path)

    with opened(tmp_path) as journal:
        assert journal.snapshot().parts == {}
    assert formats(tmp_path) == {NAME: 1, f"{NAME}.bad": 0}


def test_a_step_that_makes_other_tables_than_ours_is_found_out(tmp_path: Path) -> None:
    write(tmp_path, turn(1, a=b"1"))
    make_old(tmp_path)

    found = SqliteJournals(tmp_path, steps={0: lambda connection: None}).open()

    assert "its tables are not those" in found.set_aside
    assert found.journal is not None
    found.journal.close()


def test_every_format_below_ours_has_its_step() -> None:
    assert sorted(REAL) == list(range(1, schema.FORMAT))


def test_killed_within_a_migration_it_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    """Twenty times, at moments of a fixed seed over all the time that it takes.

    Whoever opens it next finishes the work: each row was changed once, and the copy has none that was.
    """
    rows = [row(float(number), detail="hello", body="x" * 300) for number in range(2000)]
    write(begin(tmp_path), turn(1, *rows, a=b"1"))
    make_old(begin(tmp_path))

    kept = set()
    for folder in killed(tmp_path, "migrate", seed=20, times=20):
        kept.add(sql(folder, "PRAGMA user_version")[0][0])
        found = SqliteJournals(folder, steps=STEPS).open()
        assert not found.set_aside
        assert found.snapshot is not None
        assert found.snapshot.parts == {"a": b"1"}
        assert found.journal is not None
        found.journal.close()
        assert formats(folder) == {NAME: 1, f"{NAME}.v0": 0}
        assert sql(folder, "SELECT DISTINCT detail FROM trail") == [("hello!",)]
        assert sql(folder, "SELECT DISTINCT detail FROM trail", name=f"{NAME}.v0") == [("hello",)]

    assert 0 in kept
