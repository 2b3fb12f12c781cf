"""Moments that outlive the process."""

from __future__ import annotations

from math import inf

from automaton.core.moment import Moment
from automaton.core.schedule.wall_time import WallTime

BEFORE, AFTER = WallTime(Moment(100.0, 5000.0)), WallTime(Moment(7.0, 5060.0))


def test_a_moment_lies_as_long_ago_for_the_next_process_as_the_wall_clock_says() -> None:
    assert AFTER.mono(BEFORE.wall(90.0)) == 7.0 - 70.0
    assert AFTER.moment(BEFORE.wall(90.0)) == Moment(-63.0, 4990.0)


def test_never_is_none_and_is_read_as_what_the_reader_means_by_it() -> None:
    assert BEFORE.wall(inf) is None
    assert BEFORE.wall(-inf) is None
    assert (AFTER.mono(None), AFTER.mono(None, -inf)) == (inf, -inf)
