"""Only `*` and `?` are special, and case does not matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.match.glob import compile_glob


@pytest.mark.parametrize(
    ("source", "text", "covers"),
    [
        ("lobby", "Lobby", True),
        ("lobby", "lobby-1", False),
        ("*Minecraft*", "vanilla minecraft (java)", True),
        ("Paper*", "paper", True),
        ("rust-?", "rust-1", True),
        ("rust-?", "rust-12", False),
        ("[eu]*", "[EU] one", True),
        ("[eu]*", "e one", False),
        ("a.b", "axb", False),
        ("*", "", True),
        ("*", "two\nlines", True),
        ("?", "ä", True),
        ("STRASSE", "straße", True),
        ("*a", "\ud800a", False),
    ],
)
def test_a_name_is_covered(source: str, text: str, covers: bool) -> None:
    assert compile_glob(source).covers(text) is covers


@given(st.text(), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_a_glob(source: str, text: str) -> None:
    assert compile_glob(source).covers(text) in (True, False)
    assert compile_glob("*").covers(text)
