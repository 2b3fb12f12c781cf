"""The engine's state from a clean end to the next start."""

from __future__ import annotations

import json
import os
import stat
from hashlib import sha256
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from automaton.core.memory import LOST
from automaton.daemon.memory_file import BAD, NAME, RUNNING, TAKEN, MemoryFile

PLACE: dict[str, object] = {"at": 1.0, "server": None, "standings": [], "crowds": {}}
MEMORY = {"version": 1, "places": {"u1": PLACE}}


def read(folder: Path) -> object:
    """What the next process finds, which then begins."""
    file = MemoryFile(folder)
    found = file.read()
    file.use_up()
    return found


def full(folder: Path) -> None:
    """No mark can be made here, as on a full disk."""
    (folder / RUNNING).mkdir()


def empty(folder: Path) -> None:
    """There is room again."""
    (folder / RUNNING).rmdir()


def test_what_was_written_is_believed_once(tmp_path: Path) -> None:
    MemoryFile(tmp_path).write(MEMORY)
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600

    assert read(tmp_path) == MEMORY
    assert read(tmp_path) is LOST
    assert read(tmp_path) is LOST
    assert sorted(path.name for path in tmp_path.iterdir()) == [NAME, RUNNING]


def test_what_was_read_and_not_used_up_is_believed_again(tmp_path: Path) -> None:
    """A process that ends before it judged anything has changed nothing."""
    MemoryFile(tmp_path).write(MEMORY)

    assert MemoryFile(tmp_path).read() == MEMORY
    assert MemoryFile(tmp_path).read() == MEMORY


def test_what_was_written_is_believed_though_its_writer_was_killed_before_it_said_so(tmp_path: Path) -> None:
    MemoryFile(tmp_path).write({"version": 1, "places": {}})
    read(tmp_path)
    mark = (tmp_path / RUNNING).read_text()
    MemoryFile(tmp_path).write(MEMORY)
    (tmp_path / RUNNING).write_text(mark)

    assert read(tmp_path) == MEMORY


def test_the_first_start_of_all_has_lost_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) is None


@pytest.mark.parametrize("mark", ["", "x" * 10_000, "another"])
def test_whatever_stands_in_the_mark_an_end_without_memory_was_not_clean(tmp_path: Path, mark: str) -> None:
    (tmp_path / RUNNING).write_text(mark)

    assert read(tmp_path) is LOST


def test_a_mark_that_leads_elsewhere_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / RUNNING).symlink_to(tmp_path / "elsewhere")

    assert read(tmp_path) is LOST
    assert not (tmp_path / "elsewhere").exists()
    assert (tmp_path / RUNNING).is_file()
    assert not (tmp_path / RUNNING).is_symlink()


def sealed(text: str) -> str:
    """As somebody may write it who knows how."""
    return json.dumps({"sha256": sha256(text.encode()).hexdigest(), "memory": text})


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", "\x00", "[" * 100_000, sealed("[1, 2]"), sealed("null"), sealed('{"places": null}'),
     sealed("[" * 50_000), sealed('{"version": 1, "at": NaN}')],
)  # fmt: skip
def test_what_cannot_be_read_is_put_aside_and_told(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with capture_logs() as logs:
        assert read(tmp_path) is LOST

    assert [one["event"] for one in logs] == ["memory.unreadable"]
    assert (tmp_path / BAD).read_text() == text
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize("starts", [1, 2, 3])
def test_a_start_that_ends_before_it_begins_leaves_what_cannot_be_read(tmp_path: Path, starts: int) -> None:
    """Else the next one would find neither a memory nor the mark, and seem to be the first of all."""
    (tmp_path / NAME).write_text("{")
    for _ in range(starts):
        assert MemoryFile(tmp_path).read() is LOST

    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert read(tmp_path) is LOST
    assert read(tmp_path) is LOST
    assert sorted(path.name for path in tmp_path.iterdir()) == [BAD, RUNNING]


def test_what_cannot_be_read_stays_where_no_mark_can_be_made(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("{")
    full(tmp_path)
    assert read(tmp_path) is LOST

    empty(tmp_path)
    assert read(tmp_path) is LOST


def test_an_older_memory_a_text_in_a_text_is_read(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(sealed(json.dumps(MEMORY)))

    assert MemoryFile(tmp_path).read() == MEMORY


def test_a_place_that_is_unfit_is_told_and_the_others_are_kept(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(sealed(json.dumps({"version": 1, "places": {"u1": PLACE, "u2": None}})))
    with capture_logs() as logs:
        assert MemoryFile(tmp_path).read() == {**MEMORY, "cut": True}

    assert [one["event"] for one in logs] == ["memory.forgotten", "memory.taken"]


def test_what_somebody_changed_is_not_believed(tmp_path: Path) -> None:
    MemoryFile(tmp_path).write(MEMORY)
    path = tmp_path / NAME
    path.write_text(path.read_text().replace("u1", "u2"))

    assert MemoryFile(tmp_path).read() is LOST


def test_a_folder_that_takes_nothing_is_told(tmp_path: Path) -> None:
    with capture_logs() as logs:
        MemoryFile(tmp_path / "gone").write(MEMORY)

    assert [one["event"] for one in logs] == ["memory.lost"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / NAME)

    assert MemoryFile(tmp_path).read() is LOST


def test_a_link_is_put_aside_as_it_is(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious")
    (tmp_path / NAME).symlink_to(elsewhere)
    with capture_logs() as logs:
        assert read(tmp_path) is LOST

    assert logs[0]["reason"] == "it is a symbolic link"
    assert (tmp_path / BAD).is_symlink()
    assert elsewhere.read_text() == "precious"


def test_where_no_mark_can_be_made_the_memory_is_taken_away(tmp_path: Path) -> None:
    """Else it would be believed again after a kill, however old it were then."""
    MemoryFile(tmp_path).write(MEMORY)
    full(tmp_path)
    assert read(tmp_path) == MEMORY

    assert not (tmp_path / NAME).exists()
    assert (tmp_path / TAKEN).exists()


def test_a_kill_after_a_start_on_a_full_disk_was_no_clean_end(tmp_path: Path) -> None:
    MemoryFile(tmp_path).write(MEMORY)
    full(tmp_path)
    assert read(tmp_path) == MEMORY
    empty(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [TAKEN]

    assert read(tmp_path) is LOST
    assert read(tmp_path) is LOST


def test_a_clean_end_after_a_start_on_a_full_disk_leaves_the_memory_only(tmp_path: Path) -> None:
    MemoryFile(tmp_path).write(MEMORY)
    full(tmp_path)
    read(tmp_path)
    empty(tmp_path)
    MemoryFile(tmp_path).write(MEMORY)

    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert read(tmp_path) == MEMORY


def test_where_neither_works_it_is_told(tmp_path: Path) -> None:
    MemoryFile(tmp_path).write(MEMORY)
    (tmp_path / RUNNING).mkdir()
    (tmp_path / TAKEN).mkdir()
    with capture_logs() as logs:
        read(tmp_path)

    assert [one["event"] for one in logs] == ["memory.taken", "memory.stuck"]


def test_what_lay_beside_is_neither_followed_nor_kept_open(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious")
    (tmp_path / f".{NAME}.new").symlink_to(elsewhere)
    MemoryFile(tmp_path).write(MEMORY)

    assert elsewhere.read_text() == "precious"
    assert stat.S_IMODE((tmp_path / NAME).lstat().st_mode) == 0o600
    assert MemoryFile(tmp_path).read() == MEMORY


def test_what_json_cannot_say_is_told_and_ends_nothing(tmp_path: Path) -> None:
    with capture_logs() as logs:
        MemoryFile(tmp_path).write({"at": float("nan"), "places": {}})

    assert [one["event"] for one in logs] == ["memory.lost"]
    assert list(tmp_path.iterdir()) == []


def test_a_start_after_a_kill_says_what_is_forgotten(tmp_path: Path) -> None:
    with capture_logs() as logs:
        read(tmp_path)  # the first start of all
        MemoryFile(tmp_path).write(MEMORY)
        read(tmp_path)
        read(tmp_path)  # the one before was killed

    assert [one["event"] for one in logs] == ["memory.written", "memory.taken", "memory.missing"]
    assert "breakers" in logs[-1]["reason"]
    assert "no power action" in logs[-1]["reason"]


def test_a_memory_that_others_may_write_is_told(tmp_path: Path) -> None:
    MemoryFile(tmp_path).write(MEMORY)
    (tmp_path / NAME).chmod(0o666)
    with capture_logs() as logs:
        assert MemoryFile(tmp_path).read() == MEMORY

    assert [one["event"] for one in logs] == ["state.open", "memory.taken"]
