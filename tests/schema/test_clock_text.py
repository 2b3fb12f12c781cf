"""Times of the day are written as people write them."""

from __future__ import annotations

from automaton.core.schedule.calendar import DAY
from automaton.schema.clock_text import clock


def test_the_end_of_a_day_can_be_written() -> None:
    assert (clock("24:00"), clock("7:30"), clock("00:00")) == (DAY, 27_000, 0)
