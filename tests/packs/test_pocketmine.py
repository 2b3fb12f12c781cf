"""The consoles of PocketMine-MP and of Nukkit and its kin."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear

POCKETMINE = Ear("pocketmine")
PREFIXES = [
    "2026-01-05 [12:00:00.123] [Server thread/INFO]: ",
    "[12:00:00.123] [Server thread/INFO]: ",
    "[12:00:00] [INFO]: ",
    "12:00:00 [INFO] ",
    "12:00:00 [INFO ] ",
    "2026-1-5 12:00:00 [INFO] ",
    "2026-01-05 12:00:00.123 [main] INFO  - ",
    "2026-01-05 12:00:00 INFO > ",
]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_who_logs_in_comes_once_whatever_else_is_printed(prefix: str) -> None:
    lines = [
        "Eve Adams[/192.0.2.1:50000] logged in with entity id 4 at (world, 1, 64, -3.5)",
        "Eve Adams joined the game",
        "Eve Adams left the game",
        "Eve Adams[/192.0.2.1:50000] logged out due to client disconnect",
    ]

    assert POCKETMINE.came_and_went(prefix + line for line in lines) == ["+Eve Adams", "-Eve Adams"]


@pytest.mark.parametrize(
    ("came", "left"),
    [
        ("Eve joined the game", "Eve left the game"),
        ("Eve hat das Spiel betreten", "Eve hat das Spiel verlassen"),
        ("Eve a rejoint la partie", "Eve a quitté la partie"),
        ("Eve加入了游戏", "Eve退出了游戏"),
        ("Eve присоединился к игре", "Eve вышел из игры"),
    ],
)
def test_it_speaks_many_languages(came: str, left: str) -> None:
    assert POCKETMINE.came_and_went([PREFIXES[0] + came, PREFIXES[0] + left]) == ["+Eve", "-Eve"]


def test_who_is_refused_has_neither_come_nor_gone() -> None:
    line = "Eve[/192.0.2.1:50000] logged out due to Login timeout"

    assert POCKETMINE.came_and_went([PREFIXES[0] + line]) == []


@pytest.mark.parametrize("prefix", PREFIXES)
def test_its_answers_are_heard(prefix: str) -> None:
    assert POCKETMINE.told(prefix + "There are 3/20 players online:") == 3
    assert POCKETMINE.is_probed(prefix + "There are 0/20 players online:")
    assert POCKETMINE.is_saved(prefix + "Saved the world")
    assert POCKETMINE.is_saved(prefix + "[CONSOLE: Saved the world]")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_name_in_capitals_is_no_part_of_the_prefix(prefix: str) -> None:
    assert POCKETMINE.heard(prefix + "EVE > Alex joined the game").occurred[0][0] == "chat"
    assert POCKETMINE.heard(prefix + "EVE - hello").text == "EVE - hello"
