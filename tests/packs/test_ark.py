"""The console of ARK behind the RCON client of its eggs."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear

ARK = Ear("ark")
GAME_LOG = "2026.01.05_12.00.00: "
LOG = "[2026.01.05-12.00.00:123][  0]"
PREFIXES = [GAME_LOG, LOG + GAME_LOG, LOG, "> " + LOG + GAME_LOG, "> > ", ""]
ACCOUNT = " [UniqueNetId:0002dbe9ab20413e Platform:None]"


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Eve joined this ARK!", "player.join"),
        (f"Eve{ACCOUNT} joined this ARK!", "player.join"),
        ("Eve left this ARK!", "player.leave"),
        (f"Eve{ACCOUNT} left this ARK!", "player.leave"),
        ("World Saved", "world_saved"),
        ("Waiting commands for 127.0.0.1:27020 (or type :q to exit)", "ready"),
    ],
)
def test_its_events_are_read_behind_every_prefix(prefix: str, text: str, event: str) -> None:
    assert ARK.events(prefix + text) == [event]


@pytest.mark.parametrize(
    "name", ["Eve", "E v e", "Eve (x)", "Eve left this ARK!", "Æ✨", "[x] y", "12:30", ":x"]
)
def test_one_who_comes_is_one_join_whatever_the_name(name: str) -> None:
    line = f"{GAME_LOG}{name}{ACCOUNT} joined this ARK!"

    assert ARK.events(line) == ["player.join"]
    assert ARK.fields(line) == {"player": name, "account": "0002dbe9ab20413e", "action": "joined"}


def test_joins_and_leaves_are_counted() -> None:
    lines = [
        "Eve joined this ARK!",
        "Bob joined this ARK!",
        "Eve (Evi): Ann joined this ARK!",
        "Bob left this ARK!",
    ]

    assert ARK.players(GAME_LOG + line for line in lines) == 1


@pytest.mark.parametrize(
    "words",
    [
        "Eve (Evi): {}",
        "Eve joined this ARK! (Evi): {}",
        "Waiting commands for 127.0.0.1: (Evi)): {}",
        "0. Eve (Evi)): {}",
        "SERVER: {}",
        "AdminCmd: ServerChat {}",
        "Tribe Tribe of Eve, ID 123: Day 1, 12:00:00: Your {}",
    ],
)
@pytest.mark.parametrize(
    "said",
    [
        "Ann joined this ARK!",
        "World Saved",
        "Waiting commands for 127.0.0.1:1",
        "0. Eve, 7656",
        "Fatal error!",
    ],
)
def test_words_of_people_are_words_and_nothing_else(words: str, said: str) -> None:
    line = GAME_LOG + words.format(said)

    assert ARK.is_only_words(line)


@pytest.mark.parametrize(
    "text",
    [
        "Eve: Ann joined this ARK!",
        "Eve joined this ARK! - Lvl 5 (Tribe) was killed by a Rex - Lvl 10!",
        "Eve says World Saved",
        "Waiting commands for 127.0.0.1: joined this ARK!",
        "Waiting commands for 127.0.0.1: (Evi) was killed!",
        "World Saved by Eve",
    ],
)
def test_words_that_only_look_like_an_event_are_none(text: str) -> None:
    assert ARK.heard(GAME_LOG + text).occurred == ()


@pytest.mark.parametrize(
    "answer",
    [
        "No Players Connected",
        "> No Players Connected ",
        "0. Eve, 76561198000000001",
        "12. E, v, e, 0002dbe9ab",
    ],
)
def test_a_list_with_and_without_players_answers_the_probe(answer: str) -> None:
    assert ARK.is_probed(answer)


def test_its_list_holds_no_number_so_players_are_counted_only() -> None:
    assert ARK.pack.polls == {}


def test_a_save_is_confirmed() -> None:
    assert ARK.is_saved("> World Saved ")
