"""A number is read as its game prints it, and what is none has no value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.number_form import LONGEST_NUMBER, NumberForm, read_number

COMMA = NumberForm(",")
GERMAN = NumberForm(".", ",")
SPACE = NumberForm(" ", ",")


@pytest.mark.parametrize(
    ("text", "form", "number"),
    [
        ("12", NumberForm(), 12),
        ("-1.5", NumberForm(), -1.5),
        ("1e3", NumberForm(), 1000),
        ("2.5E-1", NumberForm(), 0.25),
        ("1e999", NumberForm(), None),
        ("1,234", NumberForm(), None),
        ("1,234", COMMA, 1234),
        ("1,234,567.25", COMMA, 1_234_567.25),
        ("1234567", COMMA, 1_234_567),
        ("+1,234e2", COMMA, 123_400),
        ("1,23", COMMA, None),
        ("12,34,567", COMMA, None),
        (",123", COMMA, None),
        ("1,234,", COMMA, None),
        ("1.234,5", GERMAN, 1234.5),
        ("1.5", GERMAN, None),
        ("0,5", GERMAN, 0.5),
        ("1 234,5", SPACE, 1234.5),
        ("1\u202f234", SPACE, 1234),
        ("1\u00a0234 567", SPACE, 1_234_567),
        ("1'234", NumberForm("'"), 1234),
        ("12ms", COMMA, None),
        ("nan", COMMA, None),
        ("inf", COMMA, None),
        ("", COMMA, None),
        ("\u0663", COMMA, None),
        ("0x10", COMMA, None),
        ("1_000", NumberForm(), None),
        ("9" * (LONGEST_NUMBER + 1), COMMA, None),
    ],
)
def test_what_a_text_spells(text: str, form: NumberForm, number: float | None) -> None:
    assert read_number(text, form) == number


@given(st.integers(-(10**18), 10**18))
def test_what_python_groups_by_commas_is_read_again(number: int) -> None:
    assert read_number(f"{number:,}", COMMA) == number
    assert read_number(str(number)) == number


@given(st.text("0123456789,. eE+-'", max_size=100))
def test_any_text_is_a_finite_number_or_none(text: str) -> None:
    for form in (NumberForm(), COMMA, GERMAN, SPACE):
        number = read_number(text, form)
        assert number is None or abs(number) < 1e308 * 10
