"""The engine's state from a clean end to the next start."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from automaton.daemon.memory_file import BAD, NAME, TAKEN, MemoryFile

MEMORY = {"version": 1, "places": {"u1": {}}}


def test_what_was_written_is_taken_once(tmp_path: Path) -> None:
    MemoryFile(tmp_path).write(MEMORY)
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600

    assert MemoryFile(tmp_path).take() == MEMORY
    assert MemoryFile(tmp_path).take() is None
    assert sorted(path.name for path in tmp_path.iterdir()) == [TAKEN]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "\x00", "[" * 100_000])
def test_what_cannot_be_read_is_put_aside_and_told(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with capture_logs() as logs:
        assert MemoryFile(tmp_path).take() is None

    assert [one["event"] for one in logs] == ["memory.unreadable"]
    assert (tmp_path / BAD).read_text() == text


def test_what_somebody_changed_is_not_believed(tmp_path: Path) -> None:
    MemoryFile(tmp_path).write(MEMORY)
    path = tmp_path / NAME
    path.write_text(path.read_text().replace("u1", "u2"))

    assert MemoryFile(tmp_path).take() is None


def test_a_folder_that_takes_nothing_is_told(tmp_path: Path) -> None:
    with capture_logs() as logs:
        MemoryFile(tmp_path / "gone").write(MEMORY)

    assert [one["event"] for one in logs] == ["memory.lost"]
