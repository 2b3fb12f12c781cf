"""The nearest word, or none."""

from __future__ import annotations

import pytest

from automaton.expr.nearest import nearest


@pytest.mark.parametrize(
    ("word", "found"),
    [("fro", "for"), ("Whlie", "while"), ("COOLDOWN", "cooldown"), ("banana", None), ("", None)],
)
def test_the_nearest_word_is_found(word: str, found: str | None) -> None:
    assert nearest(word, ["for", "while", "cooldown"]) == found
