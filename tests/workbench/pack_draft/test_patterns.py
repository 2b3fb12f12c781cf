"""A shape becomes a pattern that matches its lines, takes the name, and nothing of a stranger as a sign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.match.pattern import compile_pattern
from automaton.workbench.pack_draft.masks import NAME, REST, masked
from automaton.workbench.pack_draft.patterns import WORD, WORDS, captured, escaped, pattern_of, without_people


@pytest.mark.parametrize(
    ("shape", "pattern"),
    [
        (f"{NAME} joined the game", rf"^(?P<player>{WORD}) joined the game$"),
        (f"<{NAME}> {REST}", r"^<(?P<player>[^>]+)> "),
        (f"Player '{NAME}' left", r"^Player '(?P<player>[^']+)' left$"),
        (masked("Done (9.1s)!"), r"^Done \([+-]?[\d.,:]+s\)!$"),
    ],
)
def test_what_encloses_a_name_bounds_it(shape: str, pattern: str) -> None:
    assert pattern_of(shape) == pattern


@pytest.mark.parametrize("line", ["Eve: Bob has joined.", "<Eve> Bob has joined.", "[Eve] Bob has joined."])
def test_what_somebody_says_is_no_name(line: str) -> None:
    for name in (WORD, WORDS):
        assert captured(pattern_of(f"{NAME} has joined.", name=name), line) is None


def test_an_account_is_a_group_where_it_is_wanted() -> None:
    shape = masked("x, id 76561190000000001").replace("x", NAME)

    assert pattern_of(shape, has_account=True) == rf"^(?P<player>{WORD}), id (?P<account>\d+)$"
    assert pattern_of(shape) == rf"^(?P<player>{WORD}), id \d+$"


def test_a_name_of_several_words_is_taken_whole_where_that_is_wanted() -> None:
    assert captured(pattern_of(f"{NAME} has joined.", name=WORDS), "Big Eve has joined.") == "Big Eve"
    assert captured(pattern_of(f"{NAME} has joined."), "Big Eve has joined.") is None


@given(st.text(st.characters(exclude_categories=["C"]), max_size=30))
def test_an_escaped_text_matches_itself(text: str) -> None:
    assert compile_pattern(f"^{escaped(text)}$").find(text) is not None


def test_a_line_is_told_without_people() -> None:
    line = "Mallory[/198.51.100.7:9] hit Mallory2"

    assert without_people(line, ["Mallory"]) == "Eve[/192.0.2.1:9] hit Mallory2"
