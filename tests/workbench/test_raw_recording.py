"""A server's frames as they are, into a file that is its owner's alone, or onto stdout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from automaton.errors import AutomatonError, TryLater
from automaton.web.routes.servers import ServerRow
from automaton.workbench.raw_recording import record_raw

LOBBY = ServerRow(uuid="aaaaaaaa-0000-4000-8000-000000000001", id="aaaaaaaa", name="lobby")
CONFIG = Path("automaton.yml")


class FakeSource:
    """Has one server, which says two frames."""

    def __init__(self, *unheard: AutomatonError) -> None:
        self._unheard = unheard

    def servers(self) -> list[ServerRow]:
        return [LOBBY]

    def unheard(self) -> Sequence[AutomatonError]:
        return self._unheard

    def record(self, server: ServerRow, write: Callable[[str], object], seconds: float | None) -> int:
        write(f"{server.name} for {seconds}\n")
        return 2


def test_frames_go_into_a_file_that_only_its_owner_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "frames.jsonl"

    assert record_raw(CONFIG, lambda _: FakeSource(), "lobby", file, 60.0) == 0
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("lobby for 60.0\n", 0o600)
    assert capsys.readouterr() == ("", "2 frames were recorded\n")


def test_without_a_file_they_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert record_raw(CONFIG, lambda _: FakeSource(), "lobby", None, None) == 0
    assert capsys.readouterr().out == "lobby for None\n"


def test_no_file_is_emptied_for_a_server_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "frames.jsonl"
    file.write_text("kept")

    assert record_raw(CONFIG, lambda _: FakeSource(), "arena", file, None) == 1
    assert file.read_text() == "kept"


def test_one_whose_panel_did_not_answer_may_be_there_later(capsys: pytest.CaptureFixture[str]) -> None:
    assert record_raw(CONFIG, lambda _: FakeSource(TryLater("the Panel is busy")), "arena", None, None) == 75
    assert "the Panel is busy" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert record_raw(CONFIG, lambda _: FakeSource(), "lobby", tmp_path / "no" / "file", None) == 78
    assert "No such file or directory" in capsys.readouterr().err
