"""A copy of the journal, and the way back."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from automaton.errors import Refused
from automaton.journal import schema
from automaton.journal.backup import Restored, backup, restore
from automaton.journal.faults import Corrupt, NewerFormat, OutOfOrder
from automaton.journal.sqlite_journals import NAME
from automaton.journal.trail import TrailQuery, read_trail
from tests.journal.files import opened, parts, row, sql, turn, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    return tmp_path / "state"


def test_a_backup_is_one_file_with_all_that_was_committed_by_then(tmp_path: Path, folder: Path) -> None:
    copy = tmp_path / "copy"
    with opened(folder) as journal:
        journal.append([turn(1, row(1.0, detail="first"), a=b"1")], 0)
        backup(folder, copy)
        journal.append([turn(2, a=b"2")], 1)

    assert sorted(os.listdir(tmp_path)) == ["copy", "state"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    (folder / NAME).unlink()
    assert restore(folder, copy) == Restored(parts=1, rows=1, replaced=None)
    assert parts(folder) == {"a": b"1"}
    assert [kept.row.detail for kept in read_trail(folder / NAME, TrailQuery())] == ["first"]


def test_a_backup_is_consistent_while_the_daemon_writes(tmp_path: Path, folder: Path) -> None:
    """In each commit all parts are the same, so they are in a copy."""
    names = [f"p{number}" for number in range(200)]
    with opened(folder) as journal:
        for number in range(20):
            text = b"%d" % number * 1000
            journal.append([turn(number, **dict.fromkeys(names, text))], number)
            if number % 5 == 4:
                backup(folder, tmp_path / f"copy{number}")

    for number in (4, 9, 14, 19):
        restore(folder, tmp_path / f"copy{number}")
        assert set(parts(folder).values()) == {b"%d" % number * 1000}


def test_what_is_replaced_is_kept_aside(tmp_path: Path, folder: Path) -> None:
    write(folder, turn(1, a=b"1"))
    backup(folder, tmp_path / "copy")
    write(folder, turn(2, a=b"2"))

    found = restore(folder, tmp_path / "copy")

    assert parts(folder) == {"a": b"1"}
    assert found.replaced == folder / f"{NAME}.replaced"
    assert sql(folder, "SELECT body FROM parts", name=found.replaced.name) == [(b"2",)]


def test_what_many_restores_replaced_fills_no_disk_and_it_is_told(tmp_path: Path, folder: Path) -> None:
    write(folder, turn(1, a=b"1"))
    backup(folder, tmp_path / "copy")

    told = [restore(folder, tmp_path / "copy").is_over_older for _ in range(5)]

    assert told == [False, False, False, True, True]


def test_the_backup_itself_stays_as_it_is(tmp_path: Path, folder: Path) -> None:
    write(folder, turn(1, a=b"1"))
    backup(folder, tmp_path / "copy")
    before = (tmp_path / "copy").read_bytes()

    restore(folder, tmp_path / "copy")
    write(folder, turn(2, a=b"2"))

    assert (tmp_path / "copy").read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["copy", "state"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
def test_what_root_restores_belongs_to_whom_the_folder_belongs(tmp_path: Path, folder: Path) -> None:
    write(folder, turn(1, a=b"1"))
    backup(folder, tmp_path / "copy")
    os.chown(folder, 12345, 54321)

    restore(folder, tmp_path / "copy")

    told = (folder / NAME).stat()
    assert (told.st_uid, told.st_gid, stat.S_IMODE(told.st_mode)) == (12345, 54321, 0o600)


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path, folder: Path) -> None:
    write(folder, turn(1, a=b"1"))
    for name in ("file", "link"):
        target = tmp_path / name
        target.write_text("precious") if name == "file" else target.symlink_to(tmp_path / "nowhere")
        with pytest.raises(Refused, match="is there already"):
            backup(folder, target)


def test_where_no_journal_is_none_is_copied(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(Refused, match="has not run there"):
        backup(folder, tmp_path / "copy")
    sql(folder, "CREATE TABLE theirs (a)")
    with pytest.raises(Corrupt, match="no journal"):
        backup(folder, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_backup_to_a_folder_that_is_missing_says_so(tmp_path: Path, folder: Path) -> None:
    write(folder, turn(1, a=b"1"))

    with pytest.raises(Refused, match="there is no folder"):
        backup(folder, tmp_path / "missing" / "copy")


@pytest.mark.parametrize(
    "what", ["missing", "text", "other program", "newer", "cut", "changed", "tipped", "folder"]
)
def test_a_backup_of_no_use_replaces_nothing(tmp_path: Path, folder: Path, what: str) -> None:
    write(folder, turn(1, row(1.0, body="x" * 50_000), a=b"1"))
    copy = tmp_path / "copy"
    if what not in ("missing", "other program", "folder"):
        backup(folder, copy)
    match what:
        case "text":
            copy.write_text("nothing of the kind" * 100)
        case "other program":
            sql(tmp_path, "CREATE TABLE theirs (a)", name="copy")
        case "newer":
            sql(tmp_path, f"PRAGMA user_version = {schema.FORMAT + 1}", name="copy")
        case "cut":
            os.truncate(copy, copy.stat().st_size - 8192)
        case "changed":
            sql(tmp_path, "UPDATE parts SET body = 'x'", name="copy")
        case "tipped":
            data = bytearray(copy.read_bytes())
            data[4096 * 3 : 4096 * 4] = os.urandom(4096)
            copy.write_bytes(data)
        case "folder":
            copy.mkdir()

    with pytest.raises((Corrupt, NewerFormat, OutOfOrder, Refused)) as refused:
        restore(folder, copy)

    assert "copy" in str(refused.value)
    assert {path.name for path in folder.iterdir()} <= {NAME, f"{NAME}-wal", f"{NAME}-shm"}
    assert parts(folder) == {"a": b"1"}
