"""What is said of lines that look like people."""

from __future__ import annotations

import pytest

from automaton.workbench.chat_form_report import form_data, show_forms
from automaton.workbench.chat_forms import ChatForm
from automaton.workbench.chat_heads import ChatHeads
from automaton.workbench.pack_fit import PackFit
from automaton.workbench.pattern_search import Hits

FORM = ChatForm(
    r"^(?:\[[^\]]*\]\s*)+(?P<player>\S{1,16})\s+➟\s+(?P<text>.*)$", 12, 1, ((7, "[VIP] Eve ➟ it's I", "Eve"),)
)


def test_a_form_is_told_with_its_lines_its_players_and_what_to_write(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_forms(PackFit("minecraft"), [FORM])
    told = capsys.readouterr().out.splitlines()

    assert told[:4] == [
        "12 look like people, and the pack takes them for the game's own:",
        "  12 lines of 1 player, as",
        "    7: [VIP] Eve ➟ it's I",
        "        it.player = Eve",
    ]
    assert "  extends: minecraft" in told


def test_what_was_not_looked_at_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    show_forms(PackFit("minecraft", heads=ChatHeads(left_out=1234)), [])

    assert capsys.readouterr().out.startswith("1,234 lines were not asked")


def test_where_people_come_and_none_speaks_it_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever stands between name and words there, it is no sign that could be proposed."""
    show_forms(PackFit("minecraft", heads=ChatHeads(names={"Eve", "Alex", "Steve"})), [])

    assert capsys.readouterr().out.startswith("3 players came or went, and nobody was heard to speak: ")


def test_where_one_was_heard_it_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    show_forms(PackFit("minecraft", chat=Hits(0, 1), heads=ChatHeads(names={"Eve"})), [])

    assert capsys.readouterr().out == ""


def test_where_nobody_comes_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    show_forms(PackFit("minecraft", heads=ChatHeads()), [])

    assert capsys.readouterr().out == ""


def test_programs_are_told_the_same() -> None:
    assert form_data(FORM) == {
        "pattern": FORM.pattern,
        "lines": 12,
        "players": 1,
        "first": [{"number": 7, "text": "[VIP] Eve ➟ it's I", "player": "Eve"}],
        "others": 0,
    }
