"""The next time of the clock, and the last one of a while."""

from __future__ import annotations

from math import inf

import pytest

from automaton.core.ports import Trigger
from automaton.core.schedule.timers import ScheduleTimers, last_between, next_time
from tests.core.story import book

AN_HOUR = 3600.0


def trigger(when: str) -> Trigger:
    (rule,) = book(f"rules: [{{id: a, when: {when}, do: [{{notify: ops}}]}}]").rules
    assert rule.when is not None
    return rule.when


HOURLY = trigger('{schedule: "0 * * * *", tz: UTC}')
CRASH = trigger("{event: crash}")


@pytest.mark.parametrize(("hours", "expected"), [(0.0, 1.0), (0.9, 1.0), (1.0, 2.0), (9.5, 10.0)])
def test_the_next_time_is_after_the_moment_asked_for(hours: float, expected: float) -> None:
    assert next_time(HOURLY, "", hours * AN_HOUR) == expected * AN_HOUR


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        pytest.param(1.5, 5.5, 5.0, id="several: only the last"),
        pytest.param(1.5, 2.0, 2.0, id="its end is part of a while"),
        pytest.param(2.0, 2.9, None, id="its beginning is not"),
    ],
)
def test_only_the_last_time_of_a_while_is_found(begin: float, end: float, expected: float | None) -> None:
    found = last_between(HOURLY, "", begin * AN_HOUR, end * AN_HOUR)

    assert found == (None if expected is None else expected * AN_HOUR)


def test_what_no_clock_sets_off_has_no_times() -> None:
    assert (next_time(CRASH, "", 0.0), last_between(CRASH, "", 0.0, 100 * AN_HOUR)) == (inf, None)


def test_a_rule_that_keeps_no_time_leaves_none_for_a_file_holds_no_infinite_number() -> None:
    timers = ScheduleTimers()
    timers.load(timers.dump())

    assert timers.dump() is None
    assert timers.checked == inf
