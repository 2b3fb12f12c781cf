"""Which configuration is the latest."""

from __future__ import annotations

import pytest

from automaton.cluster.generation import MOST_KEPT, Generation, Generations, decode, encode


def test_the_first_member_publishes_the_first_generation_and_its_like_are_the_same() -> None:
    first, kept = Generations().started("x", "a", 5.0)
    again, unchanged = kept.started("x", "b", 6.0)

    assert first == again == Generation(1, "x", "a", 5.0)
    assert unchanged is kept
    assert kept.latest == first


def test_another_configuration_is_the_next_generation() -> None:
    _, kept = Generations().started("x", "a", 5.0)
    new, kept = kept.reloaded("y", "a", 6.0)

    assert new.number == 2
    assert kept.latest == new


def test_a_member_that_starts_with_what_was_the_latest_before_is_behind() -> None:
    _, kept = Generations().started("x", "a", 5.0)
    _, kept = kept.reloaded("y", "a", 6.0)
    mine, unchanged = kept.started("x", "b", 7.0)

    assert mine.number == 1
    assert unchanged is kept


def test_a_reload_means_what_it_loads_even_if_that_was_there_before() -> None:
    _, kept = Generations().started("x", "a", 5.0)
    _, kept = kept.reloaded("y", "a", 6.0)
    back, kept = kept.reloaded("x", "a", 7.0)
    assert back.number == 3
    same, unchanged = kept.reloaded("x", "b", 8.0)

    assert same == back
    assert unchanged is kept
    assert kept.started("x", "c", 9.0)[0].number == 3


def test_what_was_lost_has_its_number_again_and_what_comes_later_a_higher_one() -> None:
    seven = Generation(7, "x", "a", 5.0)
    kept = Generations().restored(seven)

    assert kept.started("x", "b", 6.0)[0] == seven
    assert kept.reloaded("y", "b", 6.0)[0].number == 8
    assert kept.restored(seven) is kept
    assert kept.restored(Generation(6, "w", "c", 4.0)) is kept


def test_only_the_last_ones_are_kept_and_numbers_go_on() -> None:
    kept = Generations()
    for number in range(MOST_KEPT + 5):
        new, kept = kept.reloaded(str(number), "a", 0.0)

    assert len(kept.kept) == MOST_KEPT
    assert new.number == MOST_KEPT + 5


def test_they_are_read_as_they_were_written() -> None:
    _, kept = Generations().started("x", "a", 5.0)

    assert decode(encode(kept)) == kept
    assert decode(None) == Generations()
    with pytest.raises(ValueError, match="generations"):
        decode(b"{")
