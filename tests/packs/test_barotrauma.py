"""The console of Barotrauma: two lines for each entry of its log, padded to the width of a terminal."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

BAROTRAUMA = Ear("barotrauma")
WIDTH = 80


def entry(text: str) -> list[str]:
    """An entry of the log, as the terminal gets it."""
    return ["[1/5/2026 12:00:00 PM]", f"  {text}".ljust(WIDTH)]


def test_its_servers_are_found_by_their_egg() -> None:
    assert pack_of("Barotrauma") == "barotrauma"


def test_a_session_is_read() -> None:
    texts = ["Server started", "Eve has joined the server.", "Eve: hi", "Eve has left the server."]
    lines = [line for text in texts for line in entry(text)]

    assert [event for line in lines for event in BAROTRAUMA.events(line)] == [
        "ready",
        "player.join",
        "chat",
        "player.leave",
    ]


@pytest.mark.parametrize(
    "name", ["Eve", "Anna Sofia", "x has joined the server.", "Ева", "[VIP] Eve", "e.v-e_1"]
)
def test_a_name_is_read_whole(name: str) -> None:
    _, line = entry(f"{name} has joined the server.")

    assert BAROTRAUMA.fields(line)["player"] == name


@pytest.mark.parametrize(
    "said",
    [
        "Bob has joined the server.",
        "Bob has left the server.",
        "Bob has been kicked from the server.",
        "  Server started",
        "Server started",
        "***************",
        "HOST: Server started",
    ],
)
def test_what_players_say_is_chat_and_nothing_else(said: str) -> None:
    _, line = entry(f"Eve: {said}")

    assert BAROTRAUMA.is_only_chat(line)
    assert BAROTRAUMA.fields(line)["player"] == "Eve"


@pytest.mark.parametrize("spaces", ["", " " * 3, " " * WIDTH])
def test_what_the_console_says_by_itself_is_no_chat(spaces: str) -> None:
    assert BAROTRAUMA.heard(f"{spaces}Loaded languages: English, German").occurred == ()


def test_it_answers_by_the_rows_of_stars_around_the_clients() -> None:
    assert BAROTRAUMA.is_probed("***************".ljust(WIDTH))
    assert not BAROTRAUMA.is_probed("*****************")
    assert not BAROTRAUMA.is_probed("  ***************")
