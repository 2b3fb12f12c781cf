"""Waits grow, are spread by chance, and keep what was asked for."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.pace.backoff import LONGEST_ASKED, Backoff, retry_after

WALL = 1_800_000_000.0


@pytest.mark.parametrize(
    ("tries", "most"),
    [(0, 2), (1, 2), (2, 4), (3, 8), (4, 16), (5, 30), (6, 30), (10_000, 30)],
)
def test_a_wait_doubles_up_to_its_cap_and_chance_takes_up_to_half(tries: int, most: float) -> None:
    backoff = Backoff(first=2, cap=30)

    waits = [backoff.wait(tries, Random(seed)) for seed in range(50)]

    assert all(most / 2 <= wait <= most for wait in waits)
    assert max(waits) - min(waits) > most / 4


def test_a_spread_wait_may_be_nearly_nothing_so_that_a_node_is_not_stormed() -> None:
    backoff = Backoff(first=15, cap=60, lowest=1 / 15)

    waits = sorted(backoff.wait(1, Random(seed)) for seed in range(200))

    assert waits[0] < 2
    assert waits[-1] > 14


@given(tries=st.integers(1, 100), asked=st.floats(0, 3600), seed=st.integers())
def test_no_wait_is_shorter_than_was_asked_for(tries: int, asked: float, seed: int) -> None:
    assert Backoff().wait(tries, Random(seed), asked=asked) >= asked


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("17", 17.0),
        (" 60 ", 60.0),
        ("99999999999999999999", LONGEST_ASKED),
        ("Fri, 15 Jan 2027 08:00:30 GMT", 30.0),
        ("Fri, 15 Jan 2027 07:00:00 GMT", 0.0),
        ("Fri, 15 Jan 2100 07:00:00 GMT", LONGEST_ASKED),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("٣", None),
        ("Fri, 99 Foo 99999 08:00:30", None),
        (None, None),
    ],
)
def test_retry_after_is_a_number_or_a_date_and_garbage_asks_for_nothing(
    header: str | None, seconds: float | None
) -> None:
    assert retry_after(header, WALL) == seconds


@given(st.text(max_size=60))
def test_no_retry_after_header_raises(header: str) -> None:
    seconds = retry_after(header, WALL)

    assert seconds is None or 0 <= seconds <= LONGEST_ASKED
