"""What bounds a stranger's text before it becomes a value."""

from __future__ import annotations

import pytest

from automaton.core.facts.own import LONGEST_TEXT, in_short, stale_after


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("1.21.4", "1.21.4"),
        ("  de_dust2 ", "de_dust2"),
        ("two\nlines", "two lines"),
        ("\x1b[31mred", "[31mred"),
        ("half \ud800", "half"),
        ("x" * 100_000, "x" * LONGEST_TEXT),
    ],
)
def test_a_strangers_text_is_one_short_line_without_control_characters(said: str, kept: str) -> None:
    assert in_short(said) == kept


def test_an_answer_stands_until_three_turns_and_the_time_for_the_last_of_them_are_over() -> None:
    assert stale_after(300.0) == 930.0
