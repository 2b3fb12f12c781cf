"""A bucket refills, a window slides; both say how long to wait."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automaton.pace.bucket import Bucket, SlidingWindow


def test_a_bucket_gives_its_burst_and_then_one_at_its_rate() -> None:
    bucket = Bucket(burst=3, rate=2)

    assert [bucket.take(10.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert bucket.take(10.5) == 0.0
    assert bucket.take(10.5) == 0.5


def test_a_bucket_does_not_fill_above_its_burst() -> None:
    bucket = Bucket(burst=2, rate=1)
    bucket.take(0.0)

    assert [bucket.take(1_000.0) for _ in range(3)] == [0.0, 0.0, 1.0]


def test_what_was_not_needed_is_there_for_the_next_and_never_more_than_the_burst() -> None:
    bucket = Bucket(burst=1, rate=1)
    bucket.take(0.0)
    bucket.give_back()
    bucket.give_back()

    assert [bucket.take(0.0), bucket.take(0.0)] == [0.0, 1.0]


def test_those_who_reserve_are_served_in_the_order_of_asking() -> None:
    bucket = Bucket(burst=1, rate=1)

    assert [bucket.reserve(0.0) for _ in range(4)] == [0.0, 1.0, 2.0, 3.0]
    assert bucket.reserve(2.0) == 2.0


def test_a_window_says_when_its_oldest_entry_leaves() -> None:
    window = SlidingWindow(limit=2, within=60)

    assert [window.take(0.0), window.take(20.0), window.take(30.0)] == [0.0, 0.0, 30.0]
    assert window.wait(59.0) == 1.0
    assert [window.take(60.0), window.take(60.0)] == [0.0, 20.0]


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 5))
def test_no_stretch_of_a_windows_length_holds_more_than_its_limit(steps: list[float], limit: int) -> None:
    window, mono, taken = SlidingWindow(limit, 60.0), 0.0, []
    for step in steps:
        mono += step
        if window.take(mono) == 0.0:
            taken.append(mono)

    assert all(sum(t <= other < t + 60.0 for other in taken) <= limit for t in taken)
