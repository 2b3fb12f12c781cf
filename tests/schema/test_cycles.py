"""Rings of names, found without recursion."""

from __future__ import annotations

import pytest

from automaton.schema.cycles import find_cycle, find_cycles


@pytest.mark.parametrize(
    ("names", "ring"),
    [
        ({}, ()),
        ({"a": ["b"], "b": []}, ()),
        ({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}, ()),
        ({"a": ["a"]}, ("a", "a")),
        ({"x": ["a"], "a": ["b"], "b": ["c"], "c": ["a"]}, ("a", "b", "c", "a")),
        ({"a": ["unknown"]}, ()),
    ],
)
def test_a_ring_is_shown_in_its_order(names: dict[str, list[str]], ring: tuple[str, ...]) -> None:
    assert find_cycle(names) == ring


def test_each_ring_is_found() -> None:
    names = {"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"], "e": ["a", "c"]}

    assert list(find_cycles(names)) == [("a", "b", "a"), ("c", "d", "c")]


def test_a_chain_may_be_long() -> None:
    chain = {str(number): [str(number + 1)] for number in range(50_000)}

    assert find_cycle(chain) == ()
    assert len(find_cycle({**chain, "50000": ["0"]})) == 50_002
