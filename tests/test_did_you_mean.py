"""The nearest word, or none."""

from __future__ import annotations

import pytest

from automaton.did_you_mean import did_you_mean, listed, nearest


@pytest.mark.parametrize(
    ("word", "found"),
    [("fro", "for"), ("Whlie", "while"), ("COOLDOWN", "cooldown"), ("banana", None), ("", None)],
)
def test_the_nearest_word_is_found(word: str, found: str | None) -> None:
    assert nearest(word, ["for", "while", "cooldown"]) == found


def test_it_is_asked_at_the_end_of_a_sentence_or_not_at_all() -> None:
    assert did_you_mean("for") == ", did you mean `for`?"
    assert did_you_mean(None) == ""


def test_of_many_words_ten_are_told_and_the_others_are_counted() -> None:
    words = [f"w{number:02}" for number in range(12)]

    assert listed(reversed(words[:10])) == ", ".join(f"`{word}`" for word in words[:10])
    assert listed(words, "automaton packs").endswith("`w09` and 2 more (`automaton packs`)")
    assert listed(words).endswith("`w09` and 2 more")
    assert listed([]) == ""
