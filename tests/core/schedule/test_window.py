"""A number of matches within a time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automaton.core.schedule.window import Window


def test_a_window_is_full_with_the_last_of_count_matches() -> None:
    window = Window(3, 60.0)

    assert [window.add(mono) for mono in (0.0, 10.0, 20.0, 30.0)] == [False, False, True, True]


def test_a_match_slides_out_after_within() -> None:
    window = Window(2, 60.0)

    assert [window.add(mono) for mono in (0.0, 61.0, 121.0)] == [False, False, True]


def test_a_window_without_within_never_forgets() -> None:
    window = Window(2, None)
    window.add(0.0)

    assert window.add(1e9)


def test_clearing_begins_anew() -> None:
    window = Window(2, 60.0)
    window.add(0.0)
    window.clear()

    assert not window.add(1.0)


@given(st.lists(st.floats(0, 100), min_size=1).map(sorted), st.integers(1, 5), st.floats(0.5, 50))
def test_a_window_agrees_with_counting_by_hand(moments: list[float], count: int, within: float) -> None:
    window = Window(count, within)

    for target, mono in enumerate(moments):
        young = sum(mono - earlier <= within for earlier in moments[: target + 1])
        assert window.add(mono) is (young >= count)
