"""Each of a list has its turn."""

from __future__ import annotations

from itertools import pairwise

import pytest

from automaton.core.rules.turns import place_of


def test_in_order_the_first_comes_again_after_the_last() -> None:
    assert [place_of(turn, 3) for turn in range(7)] == [0, 1, 2, 0, 1, 2, 0]


@pytest.mark.parametrize("many", [1, 2, 3, 7])
def test_shuffled_all_come_once_before_any_comes_twice(many: int) -> None:
    said = [place_of(turn, many, "a rule") for turn in range(50 * many)]

    rounds = [said[begin : begin + many] for begin in range(0, len(said), many)]
    assert all(sorted(one) == list(range(many)) for one in rounds)


@pytest.mark.parametrize("many", [3, 4, 7])
def test_shuffled_none_comes_twice_in_a_row_and_the_order_changes(many: int) -> None:
    said = [place_of(turn, many, "a rule") for turn in range(50 * many)]

    assert all(one != after for one, after in pairwise(said))
    assert len({tuple(said[begin : begin + many]) for begin in range(0, len(said), many)}) > 3


def test_a_seed_gives_the_same_order_always_and_another_another() -> None:
    orders = [[place_of(turn, 9, seed) for turn in range(9)] for seed in ("a", "a", "b")]

    assert orders[0] == orders[1] != orders[2]
