"""Names stand in the order in which people look for them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automaton.natural_order import natural_order


def test_numbers_in_names_count_as_numbers_and_the_case_of_letters_does_not() -> None:
    names = [
        "survival-10",
        "Survival-2",
        "lobby",
        "survival-1",
        "2b2t",
        "10b",
        "a1-10",
        "a1-9",
        "a",
        "survival",
    ]

    assert sorted(names, key=natural_order) == [
        "2b2t", "10b", "a", "a1-9", "a1-10", "lobby", "survival", "survival-1", "Survival-2", "survival-10",
    ]  # fmt: skip


def test_leading_zeros_say_nothing() -> None:
    assert natural_order("eu-007") == natural_order("EU-7")
    assert natural_order("eu-0") == natural_order("eu-00")


@given(st.integers(0, 10**19), st.integers(0, 10**19))
def test_of_two_names_that_differ_in_a_number_the_smaller_comes_first(one: int, other: int) -> None:
    assert (natural_order(f"n{one}x") < natural_order(f"n{other}x")) == (one < other)


@given(st.text())
def test_any_text_has_its_place(name: str) -> None:
    """Longer numbers than any that is meant, and digits of other scripts, are texts like others."""
    assert natural_order(name) == natural_order(name.casefold())
    assert natural_order("9" * 5000) > natural_order("8" * 5000)
