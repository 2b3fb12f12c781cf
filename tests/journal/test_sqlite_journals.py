"""What is found where a journal should be, and what becomes of it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from automaton.journal import schema
from automaton.journal.faults import NewerFormat
from automaton.journal.sqlite_journals import NAME, SqliteJournals
from tests.journal.files import look, opened, parts, sql, turn, write

BAD = f"{NAME}.bad"


def test_what_was_written_is_there_at_the_next_start(tmp_path: Path) -> None:
    write(tmp_path, turn(1, a=b"1"), turn(2, b=b"2"))

    found = look(tmp_path)

    assert found.snapshot is not None
    assert (found.snapshot.position, dict(found.snapshot.parts)) == (2, {"a": b"1", "b": b"2"})
    assert not found.set_aside


def test_only_its_owner_may_read_it_and_what_lies_beside_it(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([turn(1, a=b"1")], 0)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}

    assert modes == {NAME: 0o600, f"{NAME}-wal": 0o600, f"{NAME}-shm": 0o600}


def test_a_file_that_others_might_read_is_theirs_no_more(tmp_path: Path) -> None:
    write(tmp_path, turn(1, a=b"1"))
    (tmp_path / NAME).chmod(0o644)

    assert parts(tmp_path) == {"a": b"1"}
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


def test_a_clean_end_leaves_one_file(tmp_path: Path) -> None:
    write(tmp_path, turn(1, a=b"1"))

    assert os.listdir(tmp_path) == [NAME]


def test_every_commit_is_on_disk_and_the_file_can_shrink(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        for pragma, value in (
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("auto_vacuum", 2),
            ("secure_delete", 1),
        ):
            assert journal.connection.execute(f"PRAGMA {pragma}").fetchone() == (value,)


@pytest.mark.parametrize("what", ["text", "pages", "folder", "link", "pipe", "two names", "other program"])
def test_what_is_no_journal_is_set_aside_and_told_and_automaton_begins_anew(
    tmp_path: Path, what: str
) -> None:
    path, elsewhere = tmp_path / NAME, tmp_path / "elsewhere"
    elsewhere.write_bytes(b"precious")
    match what:
        case "text":
            path.write_text(
                "This is no database, but it is long enough to be taken for one at first sight." * 9
            )
        case "pages":
            path.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 64)
        case "folder":
            path.mkdir()
        case "link":
            path.symlink_to(elsewhere)
        case "pipe":
            os.mkfifo(path)
        case "two names":
            path.hardlink_to(elsewhere)
        case _:
            sql(tmp_path, "CREATE TABLE theirs (a)", "INSERT INTO theirs VALUES ('precious')")

    with capture_logs() as logs:
        found = look(tmp_path)

    assert found.snapshot is not None
    assert (found.snapshot.position, found.snapshot.parts) == (0, {})
    assert BAD in found.set_aside
    assert [log["event"] for log in logs] == ["journal.set_aside"]
    assert os.path.lexists(tmp_path / BAD)
    assert elsewhere.read_bytes() == b"precious"
    if what == "other program":
        assert sql(tmp_path, "PRAGMA journal_mode", "SELECT * FROM theirs", name=BAD) == [("precious",)]


def test_what_lies_beside_a_bad_file_goes_with_it_and_an_earlier_one_stays(tmp_path: Path) -> None:
    for text in ("first", "second"):
        (tmp_path / NAME).write_text(text * 1000)
        (tmp_path / f"{NAME}-wal").write_text(text)
        look(tmp_path)

    kept = {path.name: path.read_text()[:6] for path in tmp_path.iterdir() if "bad" in path.name}
    assert kept == {BAD: "firstf", f"{BAD}-wal": "first", f"{BAD}.2": "second", f"{BAD}.2-wal": "second"}


def test_bad_files_do_not_fill_the_disk_and_the_one_that_gives_way_is_told(tmp_path: Path) -> None:
    told = []
    for number in range(5):
        (tmp_path / NAME).write_text(f"{number}" * 1000)
        os.utime(tmp_path / NAME, (number, number))
        told.append("in place of an older one" in look(tmp_path).set_aside)

    assert told == [False, False, False, True, True]
    kept = sorted((path.name, path.read_text()[0]) for path in tmp_path.iterdir() if "bad" in path.name)
    assert kept == [(BAD, "3"), (f"{BAD}.2", "4"), (f"{BAD}.3", "2")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE parts SET body = x'00'",
        "DELETE FROM parts WHERE name = CAST('a' AS BLOB)",
        "UPDATE meta SET position = position + 1",
        "UPDATE meta SET seal = seal + 1",
        "DROP TABLE entries",
        "DROP INDEX trail_by_at",
        "CREATE TRIGGER theirs AFTER INSERT ON parts BEGIN DELETE FROM parts; END",
    ],
)
def test_what_somebody_changed_by_hand_is_not_believed(tmp_path: Path, statement: str) -> None:
    write(tmp_path, turn(1, a=b"1", b=b"2"))
    sql(tmp_path, statement)

    found = look(tmp_path)

    assert BAD in found.set_aside
    assert found.snapshot is not None
    assert found.snapshot.parts == {}


def test_an_empty_file_is_a_new_journal(tmp_path: Path) -> None:
    """We were killed between making it and the first transaction."""
    (tmp_path / NAME).touch()
    assert not look(tmp_path).set_aside

    (tmp_path / NAME).unlink()
    sql(tmp_path, "PRAGMA journal_mode = WAL")
    assert not look(tmp_path).set_aside


def test_what_an_unlinked_journal_left_beside_it_is_not_taken_for_the_new_ones(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([turn(1, a=b"1")], 0)
        (tmp_path / NAME).unlink()
        assert parts(tmp_path) == {}


def test_a_newer_format_is_left_alone_and_automaton_does_not_start(tmp_path: Path) -> None:
    write(tmp_path, turn(1, a=b"1"))
    sql(tmp_path, f"PRAGMA user_version = {schema.FORMAT + 1}")
    before = (tmp_path / NAME).read_bytes()

    with pytest.raises(NewerFormat, match="newer automaton"):
        SqliteJournals(tmp_path).open()

    assert (tmp_path / NAME).read_bytes() == before
    assert os.listdir(tmp_path) == [NAME]


def test_a_folder_that_takes_nothing_is_weather(tmp_path: Path) -> None:
    found = look(tmp_path / "missing")

    assert found.journal is None
    assert "takes nothing now" in found.fault
    assert not found.set_aside


def test_what_is_known_to_be_damaged_is_set_aside_though_it_opens(tmp_path: Path) -> None:
    write(tmp_path, turn(1, a=b"1"))

    found = SqliteJournals(tmp_path).open("its trail is damaged")

    assert found.snapshot is not None
    assert found.snapshot.parts == {}
    assert found.set_aside == f"its trail is damaged: it is set aside as {BAD}"
    assert found.journal is not None
    found.journal.close()


def test_two_processes_may_have_it_open(tmp_path: Path) -> None:
    write(tmp_path, turn(1, a=b"1"))

    with opened(tmp_path) as one, opened(tmp_path) as other:
        one.append([turn(2, b=b"2")], 1)
        assert other.snapshot().parts == {"a": b"1", "b": b"2"}
