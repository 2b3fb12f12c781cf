"""Connections to the file, and errors of SQLite as ours."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from automaton.journal.connection import (
    PAGE,
    WAL_PAGES,
    connect,
    connect_to_read,
    room_at,
    set_up,
    size_beside,
    transaction,
    translated,
)
from automaton.journal.faults import Corrupt, OutOfOrder
from automaton.journal.sqlite_journals import NAME
from tests.journal.files import opened, row, turn, write


def failing(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("told by SQLite")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_FULL, "the disk is full"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "read-only"),
        (sqlite3.SQLITE_IOERR_FSYNC, "the disk reports errors"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "another process holds it"),
        (sqlite3.SQLITE_CANTOPEN, "cannot be opened"),
    ],
)
def test_what_a_disk_refuses_is_weather_with_its_reason(code: int, expected: str) -> None:
    with pytest.raises(OutOfOrder, match=expected), translated(Path("journal.db")):
        raise failing(code)


@pytest.mark.parametrize(
    "code", [sqlite3.SQLITE_CORRUPT_INDEX, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CONSTRAINT]
)
def test_what_is_damaged_is_said_to_be(code: int) -> None:
    with pytest.raises(Corrupt, match=r"journal.db is damaged"), translated(Path("journal.db")):
        raise failing(code)


def test_a_bug_stays_a_bug(tmp_path: Path) -> None:
    connection = connect(tmp_path / NAME)
    with pytest.raises(sqlite3.OperationalError), translated(tmp_path / NAME):
        connection.execute("SELECT nonsense")
    connection.close()


def test_a_transaction_that_fails_leaves_nothing_and_the_next_one_works(tmp_path: Path) -> None:
    connection = connect(tmp_path / NAME)
    connection.execute("CREATE TABLE numbers (a UNIQUE)")
    twice = "INSERT INTO numbers VALUES (1), (1)"
    with pytest.raises(sqlite3.IntegrityError), transaction(connection):
        connection.execute(twice)

    with transaction(connection):
        connection.execute("INSERT INTO numbers VALUES (2)")
    assert connection.execute("SELECT a FROM numbers").fetchall() == [(2,)]
    connection.close()


def test_a_full_disk_keeps_all_that_was_committed_and_takes_more_once_it_has_room(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([turn(1, a=b"1")], 0)
        (pages,) = journal.connection.execute("PRAGMA page_count").fetchone()
        journal.connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(OutOfOrder, match="the disk is full"):
            journal.append([turn(2, row(2.0), a=b"2", b=b"x" * 100_000)], 1)
        assert (journal.snapshot().position, journal.snapshot().parts) == (1, {"a": b"1"})

        journal.connection.execute("PRAGMA max_page_count = 100000")
        assert journal.append([turn(2, a=b"2")], 1) == 2


def test_a_file_that_may_only_be_read_takes_nothing(tmp_path: Path) -> None:
    write(tmp_path, turn(1, a=b"1"))
    with opened(tmp_path) as journal:
        journal.connection.execute("PRAGMA query_only = ON")
        with pytest.raises(OutOfOrder, match="read-only"):
            journal.append([turn(2, a=b"2")], 1)


def test_who_reads_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, turn(1, a=b"1"))
    before = (tmp_path / NAME).read_bytes()
    connection = connect_to_read(tmp_path / NAME)

    with pytest.raises(OutOfOrder, match="read-only"), translated(tmp_path / NAME):
        connection.execute("DELETE FROM parts")

    connection.close()
    assert (tmp_path / NAME).read_bytes() == before


def test_where_nothing_is_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(OutOfOrder):
        connect_to_read(tmp_path / NAME)
    assert list(tmp_path.iterdir()) == []


def test_beside_a_large_file_lies_more_than_beside_a_small_one(tmp_path: Path) -> None:
    much = 1 << 40
    connection = connect(tmp_path / NAME)
    set_up(connection, tmp_path / NAME)
    connection.execute("CREATE TABLE much (body BLOB)")
    assert (size_beside(connection, much), beside(connection)) == (WAL_PAGES[0], WAL_PAGES[0])

    connection.execute("INSERT INTO much VALUES (zeroblob(?))", (4000 * PAGE,))
    assert size_beside(connection, much) == beside(connection)
    assert 500 <= beside(connection) < 510
    connection.execute("INSERT INTO much VALUES (zeroblob(?))", (40_000 * PAGE,))
    assert (size_beside(connection, much), beside(connection)) == (WAL_PAGES[1], WAL_PAGES[1])
    connection.close()


@pytest.mark.parametrize(("room", "pages"), [(0, 250), (1 << 20, 250), (4 * 600 * PAGE, 600)])
def test_on_a_disk_with_little_room_less_lies_beside_a_large_file(
    tmp_path: Path, room: int, pages: int
) -> None:
    connection = connect(tmp_path / NAME)
    set_up(connection, tmp_path / NAME)
    connection.execute("CREATE TABLE much (body BLOB)")
    connection.execute("INSERT INTO much VALUES (zeroblob(?))", (40_000 * PAGE,))

    assert size_beside(connection, room) == pages
    connection.close()


def test_the_room_of_a_disk_that_nobody_tells_is_none(tmp_path: Path) -> None:
    assert room_at(tmp_path) > 0
    assert room_at(tmp_path / "nothing") == 0


def beside(connection: sqlite3.Connection) -> int:
    ((pages,),) = connection.execute("PRAGMA wal_autocheckpoint")
    return int(pages)
