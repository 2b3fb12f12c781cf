"""The nearest word, or none."""

from __future__ import annotations

import pytest

from automaton.did_you_mean import did_you_mean, nearest


@pytest.mark.parametrize(
    ("word", "found"),
    [("fro", "for"), ("Whlie", "while"), ("COOLDOWN", "cooldown"), ("banana", None), ("", None)],
)
def test_the_nearest_word_is_found(word: str, found: str | None) -> None:
    assert nearest(word, ["for", "while", "cooldown"]) == found


def test_it_is_asked_at_the_end_of_a_sentence_or_not_at_all() -> None:
    assert did_you_mean("for") == ", did you mean `for`?"
    assert did_you_mean(None) == ""
