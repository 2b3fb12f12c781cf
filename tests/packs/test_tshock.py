"""The console of TShock, where chat has no sign but a colon."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear

TSHOCK = Ear("tshock")


def test_who_comes_and_goes_is_told_with_and_without_the_country() -> None:
    lines = ["Eve (Germany) has joined.", "Bob has joined.", "Bob: Eve has left.", "Eve has left."]

    assert TSHOCK.came_and_went(lines) == ["+Eve", "+Bob", "-Eve"]


@pytest.mark.parametrize("said", ["Server started", "Bob has left.", "World saved.", "Online Players (0/8)"])
@pytest.mark.parametrize(
    "words", ["Eve: {}", "(Admin) Eve: {}", "[VIP] Eve Adams: {}", "Eve: 1: {}", "(Server Broadcast) {}"]
)
def test_words_of_people_are_words_and_nothing_else(words: str, said: str) -> None:
    assert TSHOCK.is_only_words(words.format(said))


@pytest.mark.parametrize("text", ["/login", "/give Zenith Eve", ".kick Bob World saved."])
def test_commands_are_neither_chat_nor_output(text: str) -> None:
    fields = TSHOCK.fields(f"Eve executed: {text}.")

    assert (fields["player"], fields["text"]) == ("Eve", f"{text}.")


@pytest.mark.parametrize(("answer", "players"), [("Online Players (0/8)", 0), (": Online Players (7/8)", 7)])
def test_its_list_is_read(answer: str, players: int) -> None:
    assert TSHOCK.told(answer) == players
    assert TSHOCK.is_probed(answer)


def test_how_far_a_save_is_is_nobodys_words() -> None:
    assert TSHOCK.heard("Saving world data: 12%").occurred == ()
