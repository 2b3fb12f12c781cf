"""What an incident belongs to, as one line of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.key import By, Key


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
