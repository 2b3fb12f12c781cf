"""The console of Palworld."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear

PALWORLD = Ear("palworld")
NOW = "[2026-01-05 12:00:00] "
JOIN = "[LOG] {} joined the server. (User id: steam_76561198000000001, Player id: AF6D9A4300000000)"
LEAVE = "[LOG] {} left the server. (User id: steam_76561198000000001)"


@pytest.mark.parametrize("prefix", [NOW, "[2026-01-05 12:00:00Z] ", ""])
@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Running Palworld dedicated server on :8211", "ready"),
        (JOIN.format("Eve"), "player.join"),
        ("[LOG] Eve joined the server. (User id: steam_76561198000000001)", "player.join"),
        (LEAVE.format("Eve"), "player.leave"),
        ("Complete Save", "world_saved"),
    ],
)
def test_its_events_are_read_behind_every_prefix(prefix: str, text: str, event: str) -> None:
    assert PALWORLD.events(prefix + text) == [event]


@pytest.mark.parametrize(
    "name",
    ["Eve", "E v e", "煜", "x left the server. (User id: steam_1)", "x joined the server. (User id: 1)"],
)
def test_one_who_comes_is_one_join_and_one_who_goes_one_leave_whatever_the_name(name: str) -> None:
    assert PALWORLD.events(NOW + JOIN.format(name)) == ["player.join"]
    assert PALWORLD.events(NOW + LEAVE.format(name)) == ["player.leave"]
    assert PALWORLD.fields(NOW + JOIN.format(name))["player"] == name


def test_joins_and_leaves_are_counted_and_a_connection_is_not_yet_a_join() -> None:
    lines = [
        "[LOG] Eve 1.2.3.4 connected the server. (User id: steam_76561198000000001)",
        JOIN.format("Eve"),
        "[LOG] Bob joined the server. (User id: steam_76561198000000002)",
        "[CHAT] <Bob> " + JOIN.format("Ann"),
        "[LOG] Bob left the server. (User id: steam_76561198000000002)",
    ]

    assert PALWORLD.players(NOW + line for line in lines) == 1


@pytest.mark.parametrize(
    "words",
    [
        "[CHAT] <Eve> {}",
        "[CHAT] {}",
        "[LOG] RCON executed the command. Broadcast {}",
        "[LOG] Eve executed {}",
    ],
)
@pytest.mark.parametrize(
    "said",
    [
        "Running Palworld dedicated server on :1",
        JOIN.format("Ann"),
        "Complete Save",
        "Welcome to Pal Server",
        "crash",
    ],
)
def test_words_of_people_are_words_and_nothing_else(words: str, said: str) -> None:
    line = NOW + words.format(said)

    assert PALWORLD.is_only_words(line)


@pytest.mark.parametrize(
    "text",
    [
        "Eve joined the server. (User id: steam_1)",
        "[LOG] REST accessed endpoint /v1/api/info OK",
        "[LOG] Eve joined the server. (User id: steam_1) x",
        "Eve says Complete Save",
    ],
)
def test_words_that_only_look_like_an_event_are_none(text: str) -> None:
    assert PALWORLD.heard(NOW + text).occurred == ()


def test_a_save_and_a_probe_are_answered() -> None:
    assert PALWORLD.is_saved("Complete Save")
    assert PALWORLD.is_probed("Welcome to Pal Server[v1.0.1.100619] Ours")


def test_its_list_holds_no_number_so_players_are_counted_only() -> None:
    assert PALWORLD.pack.polls == {}
