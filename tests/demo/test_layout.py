"""On a screen of any size the first sections are whole before the last ones are begun."""

from __future__ import annotations

import pytest
from rich.text import Text

from automaton.demo.layout import Section, aligned, laid_out


def lines(*texts: str) -> list[Text]:
    return [Text(text) for text in texts]


SECTIONS = [
    Section("first", lines("a", "b", "c"), least=3),
    Section("second", lines("d", "e", "f", "g"), least=2),
    Section("third", lines("h", "i"), least=2),
]


def drawn(height: int, width: int = 70) -> list[str]:
    return [line.plain.replace("─", "").strip() for line in laid_out(SECTIONS, width, height)]


def test_where_there_is_room_all_is_shown_without_a_hint() -> None:
    assert drawn(12) == ["first", "a", "b", "c", "second", "d", "e", "f", "g", "third", "h", "i"]


def test_where_there_is_little_the_last_ones_wait_and_what_is_hidden_is_said() -> None:
    assert drawn(9) == [
        "first", "a", "b", "c", "second (1 more)", "d", "e", "f",
        "a terminal of 13 lines shows all; not shown: third; Ctrl-C ends",
    ]  # fmt: skip


def test_each_has_its_least_before_one_has_all() -> None:
    assert drawn(11)[-4:-1] == ["third", "h", "i"]
    assert drawn(11)[4] == "second (2 more)"


@pytest.mark.parametrize("height", range(1, 14))
def test_the_screen_is_never_longer_than_the_terminal(height: int) -> None:
    assert len(drawn(height)) <= height


def test_only_the_last_column_is_cut() -> None:
    rows = [lines("lobby", "demo-welcome", "a text that is long"), lines("a", "b", "c")]

    assert [line.plain for line in aligned(rows, 26)] == [
        "lobby  demo-welcome  a te…",
        "a      b             c",
    ]
