"""The value that a game's or an address' words are, by the kind of the fact."""

from __future__ import annotations

import pytest

from automaton.core.facts.kind import Kind
from automaton.core.number_form import PLAIN_NUMBERS, NumberForm
from automaton.expr.told_values import READ_AS


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.NUMBER, "12", 12),
        (Kind.NUMBER, "-1.5", -1.5),
        (Kind.NUMBER, "many", None),
        (Kind.NUMBER, "9" * 30, None),
        (Kind.PERCENT, "95", 95),
        (Kind.PERCENT, "95.5 %", 95.5),
        (Kind.PERCENT, "%", None),
        (Kind.SIZE, "2GiB", 2 * 1024**3),
        (Kind.SIZE, "2048", 2048),
        (Kind.SIZE, "2GB", None),
        (Kind.DURATION, "1h30m", 5400.0),
        (Kind.DURATION, "90", 90),
        (Kind.DURATION, "a while", None),
        (Kind.TEXT, "1.21.4", "1.21.4"),
        (Kind.TEXT, "", None),
        (Kind.TRUTH, "Yes", True),
        (Kind.TRUTH, "off", False),
        (Kind.TRUTH, "maybe", None),
    ],
)
def test_what_a_stranger_says_is_a_value_of_the_kind_or_none(kind: Kind, text: str, value: object) -> None:
    assert READ_AS[kind](text, PLAIN_NUMBERS) == value


def test_numbers_are_read_as_the_game_prints_them() -> None:
    grouped = NumberForm(",", ".")

    assert READ_AS[Kind.NUMBER]("1,234.5", grouped) == 1234.5
    assert READ_AS[Kind.PERCENT]("1,234 %", grouped) == 1234
    assert READ_AS[Kind.NUMBER]("1,234.5", PLAIN_NUMBERS) is None
