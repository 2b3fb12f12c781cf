"""The consoles of Terraria's own server and of tModLoader."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear

TERRARIA = Ear("terraria")
NAMES = ["Eve", "Eve Adams", "Bob has joined", "煜", "12 players connected", "x" * 20]


@pytest.mark.parametrize("name", NAMES)
def test_one_who_comes_is_one_join_and_one_who_goes_one_leave_whatever_the_name(name: str) -> None:
    lines = ["192.0.2.1:50000 is connecting...", f": {name} has joined.", f"{name} has left."]

    assert TERRARIA.came_and_went(lines) == [f"+{name}", f"-{name}"]


@pytest.mark.parametrize(
    "said", ["Server started", "Bob has left.", "12 players connected.", "Backing up world file"]
)
@pytest.mark.parametrize("words", ["<Eve> {}", ": <Eve> {}", "<E> v> {}", "<Server> {}", "*Eve {}"])
def test_words_of_people_are_words_and_nothing_else(words: str, said: str) -> None:
    assert TERRARIA.is_only_words(words.format(said))


@pytest.mark.parametrize(
    "answer", ["No players connected.", "1 player connected.", ": 12 players connected."]
)
def test_a_list_with_and_without_players_answers_the_probe(answer: str) -> None:
    assert TERRARIA.is_probed(answer)


@pytest.mark.parametrize(
    "line",
    ["Listening on port 7777", "Saving world data: 12%", "Eve was slain by Bob.", f"{'x' * 21} has joined."],
)
def test_words_that_only_look_like_an_event_are_none(line: str) -> None:
    assert TERRARIA.heard(line).occurred == ()
