"""What versions before the journal left is taken over once, and is never deleted."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from automaton.daemon.old_memory import BAD, NAME, RUNNING, TAKEN, OldMemory

PLACE: dict[str, object] = {"at": 1.0, "server": None, "standings": [], "crowds": {}}
MEMORY = {"version": 1, "places": {"u1": PLACE}}


def seal_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def left(folder: Path, memory: object = MEMORY) -> str:
    """What the last version before the journal wrote at its clean end. Its seal."""
    text = json.dumps(memory)
    (folder / NAME).write_text(f'{{"sha256":"{seal_of(text)}","memory":{text}}}')
    return seal_of(text)


def sealed(text: str) -> str:
    """As earlier versions wrote it, a text in a text; or somebody who knows how."""
    return json.dumps({"sha256": seal_of(text), "memory": text})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_was_left_is_read_until_it_is_put_away(tmp_path: Path) -> None:
    """A start that ends before the journal has it has taken nothing over."""
    left(tmp_path)
    assert OldMemory(tmp_path).read() == MEMORY
    old = OldMemory(tmp_path)
    assert old.read() == MEMORY
    old.put_away()

    assert names(tmp_path) == [TAKEN]
    assert OldMemory(tmp_path).read() is None


def test_where_no_older_version_was_there_is_nothing_to_take_over_or_to_tell(tmp_path: Path) -> None:
    with capture_logs() as logs:
        old = OldMemory(tmp_path)
        assert old.read() is None
        old.put_away()

    assert logs == []
    assert names(tmp_path) == []


def test_what_a_process_used_up_that_was_killed_is_not_believed_and_that_is_told(tmp_path: Path) -> None:
    (tmp_path / RUNNING).write_text(left(tmp_path))
    with capture_logs() as logs:
        old = OldMemory(tmp_path)
        assert old.read() is None
        old.put_away()

    assert [one["event"] for one in logs] == ["memory.missing"]
    assert "breakers" in logs[0]["reason"]
    assert names(tmp_path) == [TAKEN]


@pytest.mark.parametrize("mark", ["", "x" * 10_000, "another", "\udcff"])
def test_whatever_stands_in_the_mark_a_memory_that_was_written_after_it_is_believed(
    tmp_path: Path, mark: str
) -> None:
    """Its writer was killed before it took the mark away."""
    left(tmp_path)
    (tmp_path / RUNNING).write_text(mark, errors="surrogateescape")
    with capture_logs() as logs:
        assert OldMemory(tmp_path).read() == MEMORY

    assert [one["event"] for one in logs] == ["memory.taken"]


def test_a_process_that_was_killed_and_left_no_memory_is_told(tmp_path: Path) -> None:
    (tmp_path / RUNNING).write_text("")
    with capture_logs() as logs:
        old = OldMemory(tmp_path)
        assert old.read() is None
        old.put_away()

    assert [one["event"] for one in logs] == ["memory.missing"]
    assert names(tmp_path) == []


def test_a_mark_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text(left(tmp_path))
    (tmp_path / RUNNING).symlink_to(elsewhere)
    old = OldMemory(tmp_path)
    assert old.read() == MEMORY
    old.put_away()

    assert names(tmp_path) == ["elsewhere", TAKEN]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", "\x00", "[" * 100_000, sealed("[1, 2]"), sealed("null"), sealed('{"places": null}'),
     sealed("[" * 50_000), sealed('{"version": 1, "at": NaN}')],
)  # fmt: skip
def test_what_cannot_be_read_is_put_aside_and_told(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with capture_logs() as logs:
        old = OldMemory(tmp_path)
        assert old.read() is None
        old.put_away()

    assert [one["event"] for one in logs] == ["memory.unreadable"]
    assert (tmp_path / BAD).read_text() == text
    assert names(tmp_path) == [BAD]


def test_an_older_memory_a_text_in_a_text_is_read(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(sealed(json.dumps(MEMORY)))

    assert OldMemory(tmp_path).read() == MEMORY


def test_a_place_that_is_unfit_is_told_and_the_others_are_kept(tmp_path: Path) -> None:
    left(tmp_path, {"version": 1, "places": {"u1": PLACE, "u2": None}})
    with capture_logs() as logs:
        assert OldMemory(tmp_path).read() == MEMORY

    assert [one["event"] for one in logs] == ["memory.forgotten", "memory.taken"]


def test_what_somebody_changed_is_not_believed(tmp_path: Path) -> None:
    left(tmp_path)
    path = tmp_path / NAME
    path.write_text(path.read_text().replace("u1", "u2"))

    assert OldMemory(tmp_path).read() is None


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / NAME)

    assert OldMemory(tmp_path).read() is None


def test_a_link_is_put_aside_as_it_is(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious")
    (tmp_path / NAME).symlink_to(elsewhere)
    with capture_logs() as logs:
        old = OldMemory(tmp_path)
        assert old.read() is None
        old.put_away()

    assert logs[0]["reason"] == "it is a symbolic link"
    assert (tmp_path / BAD).is_symlink()
    assert elsewhere.read_text() == "precious"


def test_a_memory_that_cannot_be_put_away_is_told(tmp_path: Path) -> None:
    left(tmp_path)
    (tmp_path / TAKEN).mkdir()
    with capture_logs() as logs:
        old = OldMemory(tmp_path)
        old.read()
        old.put_away()

    assert [one["event"] for one in logs] == ["memory.taken", "memory.stuck"]
    assert names(tmp_path) == [NAME, TAKEN]


def test_a_memory_that_others_may_write_is_told(tmp_path: Path) -> None:
    left(tmp_path)
    (tmp_path / NAME).chmod(0o666)
    with capture_logs() as logs:
        assert OldMemory(tmp_path).read() == MEMORY

    assert [one["event"] for one in logs] == ["state.open", "memory.taken"]
