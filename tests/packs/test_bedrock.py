"""The console of the Bedrock dedicated server."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear

BEDROCK = Ear("bedrock")
NOW = "[2026-01-05 12:00:00:123 INFO] "
PREFIXES = [
    NOW,
    "[2021-01-05 12:00:00 INFO] ",
    "[2026-01-05 INFO] ",
    "[INFO] ",
    "NO LOG FILE! - " + NOW,
    "NO LOG FILE! - [INFO] ",
    "12:00:00.123 INFO [Server] ",
    "",
]
JOIN = "Player connected: {}, xuid: 2535412345678901"
LEAVE = "Player disconnected: {}, xuid: 2535412345678901, pfid: c1d2e3f4"


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Server started.", "ready"),
        (JOIN.format("Steve"), "player.join"),
        (JOIN.format("Some One 42"), "player.join"),
        ("Player connected: Steve, xuid: 2535412345678901, pfid: c1d2e3f4", "player.join"),
        ("Player connected: nod dd, xuid:", "player.join"),
        (LEAVE.format("Steve"), "player.leave"),
        ("Player disconnected: Steve, xuid: 2535412345678901", "player.leave"),
    ],
)
def test_its_events_are_read_behind_every_prefix(prefix: str, text: str, event: str) -> None:
    assert BEDROCK.events(prefix + text) == [event]


def test_who_came_is_told_with_the_account() -> None:
    assert BEDROCK.fields(NOW + JOIN.format("Some One 42")) == {
        "level": "INFO",
        "action": "connected",
        "player": "Some One 42",
        "account": "2535412345678901",
    }


def test_a_spawn_is_no_second_join() -> None:
    lines = [JOIN.format("Steve"), "Player Spawned: Steve xuid: 2535412345678901, pfid: c1d2e3f4"]

    assert BEDROCK.players(NOW + line for line in lines) == 1


def test_joins_and_leaves_are_counted() -> None:
    alex = "Player connected: Alex, xuid: 2535412345678902"
    lines = [JOIN.format("Steve"), alex, LEAVE.format("Steve")]

    assert BEDROCK.players(NOW + line for line in lines) == 1


@pytest.mark.parametrize(
    "text",
    ["<Eve> {}", "[world] <Eve> {}", "[Scripting] {}", "[Scripting] Eve says {}"],
)
@pytest.mark.parametrize(
    "said", ["Server started.", JOIN.format("Notch"), "There are 0/10 players online:", "Segmentation fault"]
)
def test_words_of_people_are_words_and_nothing_else(text: str, said: str) -> None:
    line = NOW + text.format(said)

    assert BEDROCK.is_only_words(line)


@pytest.mark.parametrize(
    "text",
    [
        "Player connected: @a, xuid: 1",
        "Player connected: Eve, xuid: 1, Server started.",
        "Player connected: Eve, xuid: x",
        "Server started. Not",
        "Eve: Server started.",
        "Steve, There are 0/10 players online:",
    ],
)
def test_words_that_only_look_like_an_event_are_none(text: str) -> None:
    assert BEDROCK.heard(NOW + text).occurred == ()


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("players", [0, 1, 10])
def test_the_list_is_read(prefix: str, players: int) -> None:
    line = f"{prefix}There are {players}/30 players online:"

    assert BEDROCK.told(line) == players
    assert BEDROCK.is_probed(line)


def test_it_has_no_save_that_could_be_left_half_done() -> None:
    assert BEDROCK.pack.save is None
