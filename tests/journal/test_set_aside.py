"""Files that are set aside; test_sqlite_journals.py says when."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.journal.set_aside import set_aside


def test_a_file_and_what_is_beside_it_are_moved_under_one_name(tmp_path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"journal.db{end}").write_text(end)

    assert set_aside(tmp_path / "journal.db", "replaced") == (tmp_path / "journal.db.replaced", False)

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "journal.db.replaced": "", "journal.db.replaced-wal": "-wal", "journal.db.replaced-shm": "-shm",
    }  # fmt: skip


def test_what_an_earlier_one_had_beside_it_does_not_come_to_belong_to_this_one(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_text("new")
    (tmp_path / "journal.db.bad-wal").write_text("old")

    set_aside(tmp_path / "journal.db")

    assert [path.name for path in tmp_path.iterdir()] == ["journal.db.bad"]


def test_what_is_not_there_cannot_be_moved(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        set_aside(tmp_path / "journal.db")
