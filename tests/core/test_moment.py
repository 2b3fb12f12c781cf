"""Both clocks go together; durations are the monotonic one's."""

from __future__ import annotations

from automaton.core.moment import Moment


def test_later_is_later_by_both_clocks() -> None:
    assert Moment(10.0, 1000.0) + 2.5 == Moment(12.5, 1002.5)


def test_a_wall_clock_that_jumped_makes_no_duration_longer() -> None:
    assert Moment(12.0, 9999.0) - Moment(10.0, 1000.0) == 2.0
