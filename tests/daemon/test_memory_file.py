"""The engine's state from a clean end to the next start."""

from __future__ import annotations

import json
import os
import stat
from hashlib import sha256
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from automaton.daemon.memory_file import BAD, NAME, RUNNING, TAKEN, MemoryFile

MEMORY = {"version": 1, "places": {"u1": {}}}


def test_what_was_written_is_taken_once(tmp_path: Path) -> None:
    MemoryFile(tmp_path).write(MEMORY)
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600

    assert MemoryFile(tmp_path).take() == MEMORY
    assert MemoryFile(tmp_path).take() is None
    assert sorted(path.name for path in tmp_path.iterdir()) == [TAKEN, RUNNING]


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


def test_a_sealed_text_of_another_shape_is_no_memory(tmp_path: Path) -> None:
    text = "[1, 2]"
    sealed = {"sha256": sha256(text.encode()).hexdigest(), "memory": text}
    (tmp_path / NAME).write_text(json.dumps(sealed))

    assert MemoryFile(tmp_path).take() is None


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / NAME)

    assert MemoryFile(tmp_path).take() is None


def test_what_cannot_be_taken_away_is_not_believed(tmp_path: Path) -> None:
    """Else it would be believed again at the next start, however old it were then."""
    MemoryFile(tmp_path).write(MEMORY)
    (tmp_path / TAKEN).mkdir()
    with capture_logs() as logs:
        assert MemoryFile(tmp_path).take() is None

    assert [one["event"] for one in logs] == ["memory.unreadable"]


def test_what_lay_beside_is_neither_followed_nor_kept_open(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious")
    (tmp_path / f".{NAME}.new").symlink_to(elsewhere)
    MemoryFile(tmp_path).write(MEMORY)

    assert elsewhere.read_text() == "precious"
    assert stat.S_IMODE((tmp_path / NAME).lstat().st_mode) == 0o600
    assert MemoryFile(tmp_path).take() == MEMORY


def test_what_json_cannot_say_is_told_and_ends_nothing(tmp_path: Path) -> None:
    with capture_logs() as logs:
        MemoryFile(tmp_path).write({"at": float("nan"), "places": {}})

    assert [one["event"] for one in logs] == ["memory.lost"]
    assert list(tmp_path.iterdir()) == []


def test_a_start_after_a_kill_says_what_is_forgotten(tmp_path: Path) -> None:
    with capture_logs() as logs:
        MemoryFile(tmp_path).take()  # the first start of all
        MemoryFile(tmp_path).write(MEMORY)
        MemoryFile(tmp_path).take()
        MemoryFile(tmp_path).take()  # the one before was killed

    assert [one["event"] for one in logs] == ["memory.written", "memory.taken", "memory.missing"]
    assert "breakers" in logs[-1]["reason"]
