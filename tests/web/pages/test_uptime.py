"""Time is added up by half-hours and days: only what was seen counts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.web.pages.uptime import (
    DAY,
    DAYS,
    HALF_HOUR,
    HALF_HOURS,
    MOST_SERVERS,
    KeptBucket,
    Standing,
    Uptime,
    UptimeBucket,
    oldest_at,
    share,
    standing_of,
)
from tests.web.pages.fleet_world import row

UP, DOWN, OFF, UNWATCHED = Standing.UP, Standing.DOWN, Standing.OFF, Standing.UNWATCHED
MIDNIGHT = 20_000.0 * DAY


@pytest.mark.parametrize(
    ("told", "before", "standing"),
    [
        ({}, UNWATCHED, UP),
        ({"link": "retrying"}, UP, UNWATCHED),
        ({"link": "blind"}, UP, UNWATCHED),
        ({"state": None}, UP, UNWATCHED),
        ({"link": "suspended", "state": None}, UP, OFF),
        ({"state": "offline", "stopped_by": "crash"}, UP, DOWN),
        ({"state": "offline", "stopped_by": "exit"}, UP, DOWN),
        ({"state": "offline"}, UP, DOWN),
        ({"state": "offline", "stopped_by": "operator"}, UP, OFF),
        ({"state": "offline", "stopped_by": "automaton"}, UP, OFF),
        ({"state": "starting"}, DOWN, DOWN),
        ({"state": "starting"}, OFF, OFF),
        ({"state": "stopping"}, UP, OFF),
        ({"state": "starting"}, UNWATCHED, OFF),
    ],
)
def test_only_a_server_that_runs_is_up_and_one_that_was_stopped_on_purpose_is_off(
    told: dict[str, Any], before: Standing, standing: Standing
) -> None:
    assert standing_of(row("a", **told), before) is standing


def test_an_hour_is_two_bars_and_one_of_a_day() -> None:
    uptime = Uptime()
    uptime.see("a", UP, MIDNIGHT + 900)
    uptime.see("a", DOWN, MIDNIGHT + 2700)
    uptime.settle(MIDNIGHT + 3600)

    assert uptime.bars("a", HALF_HOUR, MIDNIGHT + 3599)[-2:] == [
        UptimeBucket(up=900),
        UptimeBucket(up=900, down=900),
    ]
    assert uptime.bars("a", DAY, MIDNIGHT + 3600)[-1] == UptimeBucket(up=1800, down=900)
    assert share(uptime.bars("a", DAY, MIDNIGHT + 3600)) == pytest.approx(2 / 3)


def test_time_that_nobody_watched_is_neither_up_nor_down() -> None:
    uptime = Uptime()
    uptime.see("a", UP, MIDNIGHT)
    uptime.see("a", UNWATCHED, MIDNIGHT + 60)
    uptime.see("a", UP, MIDNIGHT + 1000)
    uptime.settle(MIDNIGHT + 1060)

    assert uptime.bars("a", DAY, MIDNIGHT + 1060)[-1] == UptimeBucket(up=120)
    assert share([UptimeBucket(off=5)]) is None


def test_what_is_too_old_is_dropped_also_of_a_server_that_is_gone() -> None:
    uptime = Uptime()
    uptime.see("a", UP, MIDNIGHT)
    uptime.forget("a", MIDNIGHT + 100)
    uptime.settle(MIDNIGHT + HALF_HOUR * HALF_HOURS)
    young = uptime.take_changed()
    uptime.settle(MIDNIGHT + DAY * DAYS)

    assert young == [KeptBucket("a", DAY, int(MIDNIGHT), UptimeBucket(up=100))]
    assert uptime.bars("a", DAY, MIDNIGHT)[-1] == UptimeBucket()
    assert not uptime.knows("a")


def test_changes_are_told_once_unless_they_could_not_be_written() -> None:
    uptime = Uptime()
    uptime.see("a", UP, MIDNIGHT)
    uptime.settle(MIDNIGHT + 10)
    first = uptime.take_changed()
    again = uptime.take_changed()
    uptime.give_back(first)
    uptime.settle(MIDNIGHT + 20)

    assert [(one.length, one.bucket.up) for one in first] == [(HALF_HOUR, 10), (DAY, 10)]
    assert again == []
    assert [one.bucket.up for one in uptime.take_changed()] == [20, 20]


def test_what_was_written_is_gone_on_with() -> None:
    uptime = Uptime()
    uptime.restore([KeptBucket("a", DAY, int(MIDNIGHT), UptimeBucket(up=100))])
    uptime.see("a", UP, MIDNIGHT + 200)
    uptime.settle(MIDNIGHT + 250)

    assert uptime.bars("a", DAY, MIDNIGHT)[-1] == UptimeBucket(up=150)


def test_one_server_too_many_is_not_counted() -> None:
    uptime = Uptime()
    seen = [uptime.see(f"s{number}", UP, MIDNIGHT) for number in range(MOST_SERVERS + 1)]

    assert seen == [True] * MOST_SERVERS + [False]
    assert uptime.see("s0", DOWN, MIDNIGHT + 1)
    assert len(uptime) == MOST_SERVERS


def test_a_clock_that_jumps_costs_no_more_than_there_are_bars() -> None:
    uptime = Uptime()
    uptime.see("a", UP, 0.0)
    uptime.settle(MIDNIGHT)
    uptime.settle(MIDNIGHT - 1000)
    uptime.settle(MIDNIGHT - 900)

    assert len(uptime.take_changed()) <= HALF_HOURS + DAYS + 2
    assert uptime.bars("a", DAY, MIDNIGHT - 1)[-1].up <= DAY + 100


@given(st.lists(st.tuples(st.sampled_from(Standing), st.floats(0.0, 100_000.0)), max_size=30))
def test_no_second_is_counted_twice(steps: list[tuple[Standing, float]]) -> None:
    uptime, at, watched = Uptime(), MIDNIGHT, 0.0
    uptime.see("a", UNWATCHED, at)
    now = UNWATCHED
    for standing, seconds in steps:
        watched += seconds if now is not UNWATCHED else 0.0
        at += seconds
        uptime.see("a", standing, at)
        now = standing
    bars = uptime.bars("a", DAY, at)

    if at - MIDNIGHT < DAY * (DAYS - 1):
        assert sum(one.up + one.down + one.off for one in bars) == pytest.approx(watched, abs=1e-3)
    assert all(one.up + one.down + one.off <= DAY + 1e-3 for one in bars)
    assert oldest_at(at)[DAY] == int(at // DAY) * DAY - (DAYS - 1) * DAY
