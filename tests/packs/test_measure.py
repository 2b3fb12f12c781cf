"""The oracle by which the pack is measured, and the figures that come of it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.packs.measure import main, measure, read_log
from tests.packs.oracle.label import (
    ADMIN,
    CHAT,
    COMMAND,
    GAME,
    JOIN,
    LEAVE,
    READY,
    SAVED,
    Label,
)
from tests.packs.oracle.minecraft import Console, apart

LOG = [
    ("[12:00:00] [Server thread/INFO]: Starting minecraft server version 1.20.4", Label(GAME)),
    ('[12:00:01] [Server thread/INFO]: Done (3.0s)! For help, type "help"', Label(READY)),
    ("[12:00:02] [Server thread/INFO]: Eve[/192.0.2.1:5] logged in with entity id 1", Label(JOIN, "Eve")),
    ("[12:00:02] [Server thread/INFO]: Eve joined the game", Label(GAME)),
    ("[12:00:03] [Async Chat Thread - #0/INFO]: [VIP] Eve: hello", Label(CHAT, "Eve")),
    ("[12:00:04] [Server thread/INFO]: <[VIP] Eve> hello", Label(CHAT, "Eve")),
    ("[12:00:05] [Server thread/INFO]: Eve issued server command: /home", Label(COMMAND, "Eve")),
    ("[12:00:06] [Server thread/INFO]: [Eve: Set own game mode to Creative Mode]", Label(ADMIN, "Eve")),
    ("[12:00:07] [Server thread/INFO]: Alex (/192.0.2.2:6) lost connection: Disconnected", Label(GAME)),
    ("[12:00:07] [Server thread/INFO]: Alex lost connection: Mod rejections", Label(GAME)),
    ("[12:00:08] [Server thread/INFO]: Eve lost connection: Disconnected", Label(LEAVE, "Eve")),
    ("[12:00:08] [Server thread/INFO]: Eve lost connection: Disconnected", Label(GAME)),
    ("[12:00:09] [Server thread/INFO]: Saved the game", Label(SAVED)),
    ("[12:00:10] [Server thread/INFO]: [Speed: 1.11 Chunks/t]", Label(GAME)),
]  # fmt: skip
LINES = [line for line, _ in LOG]


def test_a_log_is_labelled_by_what_its_server_prints_and_who_is_here() -> None:
    assert list(Console().labels(LINES)) == [label for _, label in LOG]


@pytest.mark.parametrize(
    ("line", "thread", "level"),
    [
        ("[12:00:00] [Server thread/INFO]: text", "Server thread", "INFO"),
        ("[12:00:00 INFO]: text", "", "INFO"),
        ("[05Jan2026 12:00:00.123] [Server thread/INFO] [a.B/]: text", "Server thread", "INFO"),
        ("[12:00:00] [main/INFO] (Minecraft) text", "main", "INFO"),
        ("2013-10-18 20:34:26 [INFO] text", "", "INFO"),
        ("20:34:26 [INFO] text", "", "INFO"),
        ("text", "", ""),
    ],
)
def test_a_line_is_taken_apart(line: str, thread: str, level: str) -> None:
    taken = apart(line)

    assert (taken.thread, taken.level, taken.body) == (thread, level, "text")


def test_the_pack_hears_it_all_as_the_oracle_says() -> None:
    measured = measure(LINES)

    assert measured.disagreements == ()
    assert sum(measured.tally.right.values()) == 8


def test_figures_are_printed_by_flavour_also_of_a_packed_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "paper" / "2026-01-05-1.log.gz"
    log.parent.mkdir()
    log.write_bytes(gzip.compress("\n".join([*LINES, "[12:00:11 INFO]: [Hidden] Eve: hi"]).encode()))
    main([str(log)])
    told = capsys.readouterr().out

    assert read_log(log)[: len(LINES)] == LINES
    assert told.startswith("chat: oracle says chat [2026-01-05-1.log.gz] [12:00:11 INFO]: [Hidden] Eve: hi\n")
    assert "paper: 15 lines\n" in told
    assert "  player.join         1 lines  recall 100.00 %  precision 100.00 %\n" in told
    assert "  chat                3 lines  recall  66.67 %  precision 100.00 %\n" in told
