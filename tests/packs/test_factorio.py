"""The console of Factorio."""

from __future__ import annotations

import pytest

from automaton.core.console.command import CommandRefused, check_command
from tests.packs.ear import Ear

FACTORIO = Ear("factorio")
NOW = "2026-01-05 12:00:00 "
LOG = "  12.345 Info AppManagerStates.cpp:1802: "


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (
            "   1.234 Info ServerMultiplayerManager.cpp:795: "
            "updateTick(4294967295) changing state from(CreatingGame) to(InGame)",
            "ready",
        ),
        (
            "   1.234 Info Game.cpp:496: mapTick(1) changing state from(CreatingGame) to(InGame)",
            "ready",
        ),
        (NOW + "[JOIN] Eve joined the game", "player.join"),
        (NOW + "[LEAVE] Eve left the game", "player.leave"),
        (LOG + "Saving finished", "world_saved"),
        ("4202.780 Info AppManagerStates.cpp:2111: Saving finished", "world_saved"),
    ],
)
def test_its_events_are_read(line: str, event: str) -> None:
    assert FACTORIO.events(line) == [event]


def test_joins_and_leaves_are_counted() -> None:
    lines = [
        "[JOIN] Eve joined the game",
        "[JOIN] Bob joined the game",
        "[CHAT] Bob: [JOIN] Ann joined the game",
        "[LEAVE] Bob left the game",
    ]

    assert FACTORIO.players(NOW + line for line in lines) == 1


@pytest.mark.parametrize(
    "words",
    [
        NOW + "[CHAT] Eve: {}",
        NOW + "[CHAT] Eve [Red]: {}",
        NOW + "[CHAT] <server>: {}",
        NOW + "[SHOUT] Eve: {}",
        NOW + "[COMMAND] Eve (command): {}",
        NOW + "[COLOR] Eve's color is now {}",
        "  12.345 Script @__mod__/control.lua:12: {}",
    ],
)
@pytest.mark.parametrize(
    "said",
    [
        "[JOIN] Ann joined the game",
        "Saving finished",
        "updateTick(1) changing state from(CreatingGame) to(InGame)",
        "Online players (0):",
        "Error Util.cpp:1: x",
    ],
)
def test_words_of_people_are_words_and_nothing_else(words: str, said: str) -> None:
    line = words.format(said)

    assert FACTORIO.is_only_words(line)


@pytest.mark.parametrize(
    "line",
    [
        NOW + "Eve joined the game",
        NOW + "[JOIN] Eve Ann joined the game",
        "  Online players (0) (online)",
        LOG + "Saving to _autosave1 (blocking).",
    ],
)
def test_words_that_only_look_like_an_event_are_none(line: str) -> None:
    assert FACTORIO.heard(line).occurred == ()


@pytest.mark.parametrize(
    ("answer", "players"),
    [
        ("Online players (0):", 0),
        ("Online players (12):", 12),
        ("Online player (1):", 1),
        ("Online Players (2):", 2),
    ],
)
def test_its_list_is_read(answer: str, players: int) -> None:
    assert FACTORIO.told(answer) == players
    assert FACTORIO.is_probed(answer)


def test_a_save_is_confirmed_by_its_end_and_not_its_beginning() -> None:
    assert FACTORIO.is_saved(LOG + "Saving finished")
    assert not FACTORIO.is_saved("  12.345 Info AppManager.cpp:394: Saving game as /saves/world.zip")


@pytest.mark.parametrize("command", ["/quit", "quit", " /QUIT "])
def test_it_may_not_be_stopped_by_a_command(command: str) -> None:
    with pytest.raises(CommandRefused):
        check_command(command, FACTORIO.pack)


def test_who_is_kicked_goes_once_and_the_reason_makes_nobody_go() -> None:
    lines = [
        "[JOIN] Eve joined the game",
        "[JOIN] Bob joined the game",
        "[KICK] Eve was kicked by Bob. Reason: [LEAVE] Bob left the game",
        "[LEAVE] Eve left the game",
    ]

    assert FACTORIO.came_and_went(NOW + line for line in lines) == ["+Eve", "+Bob", "-Eve"]
