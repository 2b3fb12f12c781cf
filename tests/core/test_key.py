"""What an incident belongs to, as one line of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.key import LONGEST_VALUE, By, Key, key_value


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (Key(By.SERVER, "9f8e-1"), "9f8e-1"),
        (Key(By.NODE, "eu 1/a"), "node:eu%201%2Fa"),
        (Key(By.FLEET), "fleet"),
        (Key(By.SERVER, "9f8e-1", ("Steve", "a/b")), "9f8e-1/Steve/a%2Fb"),
        (Key(By.FLEET, "", ("Paper",)), "fleet/Paper"),
    ],
)
def test_a_key_is_one_line_that_names_it(key: Key, text: str) -> None:
    assert key.text == text
    assert Key.read(text) == key


@given(st.text(min_size=1).filter(lambda text: text.isprintable()), st.lists(st.text(min_size=1), max_size=3))
def test_every_key_is_read_back_from_its_text(node: str, more: list[str]) -> None:
    values = tuple(value.encode("utf-8", "ignore").decode() or "x" for value in more)
    key = Key(By.NODE, node.encode("utf-8", "ignore").decode() or "x", values)

    assert Key.read(key.text) == key


def test_the_home_of_a_key_is_the_key_without_its_values() -> None:
    assert Key(By.SERVER, "u", ("Steve",)).home == Key(By.SERVER, "u")


def test_a_value_that_is_short_enough_is_its_own_part_of_the_key() -> None:
    assert key_value("Steve") == "Steve"
    assert key_value(7) == "7"
    assert key_value("x" * LONGEST_VALUE) == "x" * LONGEST_VALUE


@given(st.text(min_size=LONGEST_VALUE + 1, max_size=5000), st.text(min_size=1))
def test_longer_ones_are_told_apart_by_a_hash_though_they_begin_alike(value: str, more: str) -> None:
    short = key_value(value)

    assert len(short) == LONGEST_VALUE
    assert short[:100] == value[:100]
    assert short != key_value(value + more)
    assert key_value(short) == short
