"""What is written is a pack that loads, and whose own tests hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automaton.match.lines import split_event
from automaton.packs.model import PackFile
from automaton.problem import has_error
from automaton.schema.nodes import read_all
from automaton.schema.validate import fit
from automaton.workbench.pack_draft.egg import ExportedEgg
from automaton.workbench.pack_draft.written import quoted, written
from automaton.workbench.pack_test import line_results
from tests.workbench.pack_draft.consoles import GAMES, evening
from tests.workbench.pack_draft.test_draft import draft_of


def pack_of(text: str) -> PackFile:
    node, problems = read_all(text, "mine.yml")
    assert node is not None
    pack, found = fit(node, PackFile)
    assert not has_error([*problems, *found]), text
    assert pack is not None
    return pack


@pytest.mark.parametrize("name", sorted(GAMES))
def test_a_pack_of_each_game_loads_and_its_tests_hold(name: str) -> None:
    pack = pack_of(written(draft_of(evening(GAMES[name])), "mine"))

    assert [one.why for one in line_results(pack) if one.why] == []
    assert (len(pack.tests) > 0, str(pack.pack), pack.proof) == (True, "mine", "console")


def test_words_of_each_event_in_chat_are_tested_as_chat() -> None:
    text = written(draft_of(evening(GAMES["terraria"])), "mine")

    assert "  - {line: '<Eve> Eve has joined.', is: chat, player: Eve}\n" in text
    assert "  - {line: '<Eve> : Server started', is: chat, player: Eve}\n" in text


def test_each_part_says_how_sure_it_is_and_how_often_it_was_seen() -> None:
    text = written(draft_of(["Eve joined the game", "Eve left the game"]), "mine")

    assert "  # likely: once, of 1 names; 1 of them also have a leaving, by turns in 100%\n" in text
    assert "  # ready: no line of the logs tells it plainly\n" in text


def test_an_egg_gives_match_and_stop() -> None:
    pack = pack_of(written(draft_of(["It's up"], ExportedEgg("Eve's game", ("It's up",), "quit")), "mine"))

    assert pack.match is not None
    assert [glob.source for glob in pack.match.egg] == ["Eve's game"]
    assert pack.stop == ("quit",)


def test_what_is_not_sure_is_a_comment() -> None:
    text = written(draft_of(["up"], ExportedEgg("x", ("regex:up",), "")), "mine")

    assert "# not sure, so it is left out: the egg has it, and no line here\n# ready: " in text
    assert pack_of(text).events == {}


@pytest.mark.parametrize("sign", ["\u2028", "\u2029"])
def test_no_line_of_a_log_ends_the_comment_in_which_it_stands(sign: str) -> None:
    lines = [
        f"{name} {told}"
        for name in ("Eve", "Alex", "Steve", "Zoe")
        for told in (
            "joined the game",
            f"logged in with entity{sign}say: x",
            "left the game",
            f"lost connection{sign}say: x",
        )
    ]
    text = written(draft_of(lines), "mine")

    assert "# printed besides: " in text
    assert pack_of(text).say is None


def test_a_quote_in_a_text_is_doubled() -> None:
    assert quoted("it's") == "'it''s'"


WORDS_OF_LINES = st.sampled_from(
    [
        "Eve", "Bob", "joined", "left", "the", "game", "<Eve>", "[x]", "'", '"', ": ", "#", "\\", "{", "é",
        "12:00:00", "[INFO]", "Server started", "(", "76561190000000001", "192.0.2.1", "- ", "\u2028",
    ]
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(st.lists(WORDS_OF_LINES, max_size=8).map(" ".join), max_size=30))
def test_whatever_the_lines_what_is_written_loads_and_its_tests_hold(raw: list[str]) -> None:
    lines = [piece.text for line in raw for piece in split_event(line)]
    pack = pack_of(written(draft_of(lines), "mine"))

    assert [one.why for one in line_results(pack) if one.why] == []
