"""Somebody who is on a server seems to say a line, or does not."""

from __future__ import annotations

import pytest

from automaton.core.console.speech import (
    HEAD,
    LONGEST_NAME,
    SIGNS_TRIED,
    is_name_before,
    is_said,
    is_trouble,
    signs,
)

HERE = {"Eve", "d'Artagnan", "Eve Adams", ".Alex", "OutOfMemoryError", "Steve!", "Steve *", "Alex_"}


@pytest.mark.parametrize(
    "text",
    [
        "Eve: the server is down",
        "Eve » hi",
        "[Knight of the Realm] Eve ➟ hi",
        "Member Eve » hi",
        "~Eve: hi",
        "[L] [Eve]: hi",
        "[World: 3] Eve > hi",
        "✪ Eve [Level 9] (afk) | hi",
        "d'Artagnan -> Alex: hi",
        "[Clan] Eve Adams : hi",
        "[Clan] .Alex : hi",
        "OutOfMemoryError: hi",
        "Eve!: hi",
        "*Eve*: hi",
        "Eve !: hi",
    ],
)
def test_a_name_before_a_sign_and_free_text_is_somebody_who_speaks(text: str) -> None:
    assert is_said(text, HERE)


SIGNS = (
    "✦ ✧ ✪ ★ ♦ ◆ ⋆ · — – - :: ⟫ ❱ ⏵ ➢ ⚡ ⚔ ❤ ❤️ ☰ ║ ┃ / \\ • ~ | => -> >> > ≫ ► ❯❯ >>> →"
    " _ ! . ... = * + # $ % & @"
)


@pytest.mark.parametrize("sign", SIGNS.split())
def test_any_sign_that_stands_alone_behind_a_name_is_one(sign: str) -> None:
    assert is_said(f"[Serf] Eve {sign} The server has stopped responding!", HERE)


@pytest.mark.parametrize("sign", ["✦", "::", "❯", "~", "!:", "»"])
def test_so_is_one_right_behind_the_name(sign: str) -> None:
    assert is_said(f"[Serf] Eve{sign} The server has stopped responding!", HERE)


def test_a_name_may_itself_end_in_a_sign() -> None:
    assert is_said("Steve!: hi", HERE)
    assert is_said("Steve *: hi", HERE)
    assert is_said("Steve *» hi", HERE)
    assert is_said("Alex_: hi", HERE)


@pytest.mark.parametrize(
    "text",
    [
        "Welcome to the server, Eve! Have fun",
        "Goodbye Eve. The door is closed",
        "Gave Eve, Steve and Alex a diamond",
        "- Eve",
        "Saved Eve's house - done",
        "Eve was slain by Zombie",
        "Eve: ",
        "View Distance: 10",
        "Evelyn: hi",
        "xEve: hi",
        "The xEve: hi",
        "Dr_Eve: hi",
        "Eves: hi",
        "java.lang.OutOfMemoryError: Java heap space",
        "Saved for Eve at 12:00",
        "[Loader] Eve <-> server has connected",
        "Loading: Eve",
        " " * HEAD + "Eve: hi",
    ],
)
def test_any_other_line_is_not(text: str) -> None:
    assert not is_said(text, HERE)


def test_nobody_stands_before_a_sign_at_the_very_beginning() -> None:
    assert list(signs("» Eve: hi")) == [(5, 7)]


def test_only_the_first_signs_are_tried() -> None:
    before = "a > " * (SIGNS_TRIED - 1)

    assert is_said(f"{before}Eve: hi", HERE)
    assert not is_said(f"{before}a > Eve: hi", HERE)


@pytest.mark.parametrize(("length", "said"), [(LONGEST_NAME, True), (LONGEST_NAME + 1, False)])
def test_no_name_is_longer_than_is_looked_for(length: int, said: bool) -> None:
    assert is_said("N" * length + ": hi", {"N" * length}) is said


def test_trouble_is_never_chat() -> None:
    assert (is_trouble("WARN"), is_trouble("error"), is_trouble("INFO"), is_trouble(None)) == (
        True,
        True,
        False,
        False,
    )


def test_a_prefix_that_is_the_name_of_somebody_here_is_no_prefix() -> None:
    here = {"L 01/05/2026 - 12:00:00", "Eve", "MAX"}

    assert is_name_before("L 01/05/2026 - 12:00:00: ", here)
    assert is_name_before("MAX : ", here)
    assert not is_name_before("L 01/05/2026 - 12:00:01: ", here)
    assert not is_name_before("", here | {""})
