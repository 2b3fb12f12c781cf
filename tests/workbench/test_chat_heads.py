"""Heads of lines in which somebody may have spoken: kept while a log is read, asked when it is over."""

from __future__ import annotations

import pytest

from automaton.core.events import Source
from automaton.core.happening import Heard
from automaton.workbench.chat_heads import MOST_HEADS, ChatHeads


def heads_of(*lines: str, names: tuple[str, ...] = ("Eve", "Alex"), level: str | None = None) -> ChatHeads:
    heads = ChatHeads()
    for name in names:
        text = f"{name} joined the game"
        occurred = (("player.join", {"player": name}),)
        heads.hear(0, Heard(text, text, Source.GAME, occurred=occurred))
    for number, line in enumerate(lines, 1):
        heads.hear(number, Heard(line, line, Source.GAME, {"level": level}))
    return heads


def spoken(line: str, *names: str) -> list[tuple[str, str, str]]:
    found = heads_of(line, names=names or ("Eve", "Alex")).spoken()
    return [(one.before, one.player, one.behind) for one in found]


@pytest.mark.parametrize(
    ("line", "head"),
    [
        ("[VIP] Eve ➟ hello", ("[VIP] ", "Eve", " ➟ ")),
        ("Eve: hello", ("", "Eve", ": ")),
        ("(G) [MVP+] Eve [Lord] » hello", ("(G) [MVP+] ", "Eve", " [Lord] » ")),
        ("[Discord | Owner] Alex > hi: you", ("[Discord | Owner] ", "Alex", " > ")),
        ("FactionChat Reds: ***Eve: attack", ("FactionChat Reds: ***", "Eve", ": ")),
        ("[Eve -> Alex] psst", ("[", "Eve", " -> ")),
        ("{Eve}: hello", ("{", "Eve", "}: ")),
        ("✪ ~Eve ● hello", ("✪ ~", "Eve", " ● ")),
        ("[Baron] Eve ✦ hello", ("[Baron] ", "Eve", " ✦ ")),
        ("Eve*: hello", ("", "Eve", "*: ")),
    ],
)
def test_a_name_before_a_sign_is_found_with_what_stands_around_it(
    line: str, head: tuple[str, str, str]
) -> None:
    assert spoken(line) == [head]


@pytest.mark.parametrize(
    "line",
    [
        "Usage: /help",
        "Steve: hello",
        "[Speed: 1.11 Chunks/t]",
        "[Eve] <-> ServerConnector [lobby] has connected",
        "Eve lost connection: Disconnected",
        "UUID of player Eve is 12",
        "Evelyn: hello",
        "Eve:",
        "x" * 80 + " Eve: hello",
    ],
)
def test_what_is_about_somebody_or_of_nobody_known_is_not_spoken(line: str) -> None:
    assert spoken(line) == []


def test_the_longest_name_that_ends_there_is_the_one_who_spoke() -> None:
    assert spoken("Eve of Aldova: hello", "Eve of Aldova", "Aldova") == [("", "Eve of Aldova", ": ")]
    assert spoken(".Eve: hello", "Eve", ".Eve") == [("", ".Eve", ": ")]


def test_what_is_logged_as_trouble_is_not_spoken() -> None:
    assert list(heads_of("Eve: bad packet", level="WARN").spoken()) == []
    assert list(heads_of("Eve: hello", level="INFO").spoken()) != []


def test_a_line_with_an_event_or_of_chat_is_read_already() -> None:
    heads = heads_of()
    text = "Eve: hello"
    heads.hear(1, Heard(text, text, Source.CHAT))
    heads.hear(2, Heard(text, text, Source.GAME, occurred=(("door", {}),)))

    assert list(heads.spoken()) == []


def test_who_joins_after_they_spoke_is_known_all_the_same() -> None:
    heads = heads_of("Eve: hello", names=())
    occurred = (("player.leave", {"player": "Eve"}),)
    heads.hear(2, Heard("Eve left the game", "Eve left the game", Source.GAME, occurred=occurred))

    assert [one.player for one in heads.spoken()] == ["Eve"]


def test_equal_heads_are_kept_once_and_counted() -> None:
    (head,) = heads_of("Eve: hello", "Eve: hello", "Eve: you").heads.values()

    assert (head.number, head.text, head.count, head.is_varied) == (1, "Eve: hello", 3, True)


def test_what_is_more_than_is_kept_is_counted() -> None:
    heads = heads_of(*(f"{number}: x" for number in range(MOST_HEADS + 5)))

    assert (len(heads.heads), heads.left_out) == (MOST_HEADS, 5)
