"""Stretches of the wall clock: over midnight, on some days, through the hours that clocks skip."""

from __future__ import annotations

from datetime import datetime
from math import inf
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.schedule.calendar import DAY, Stretch

BERLIN = ZoneInfo("Europe/Berlin")
ALL = frozenset(range(7))
SAT, SUN = 5, 6


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


def told(stretch: Stretch, text: str) -> tuple[bool, str]:
    holds, until = stretch.holds(at(text))
    return holds, datetime.fromtimestamp(until, BERLIN).isoformat(timespec="minutes")[:16]


def hours(begin: float, end: float, days: frozenset[int] = ALL) -> Stretch:
    return Stretch(days, int(begin * 3600), int(end * 3600), BERLIN)


@pytest.mark.parametrize(
    ("stretch", "moment", "expected"),
    [
        (hours(2, 7), "2026-01-05T01:59", (False, "2026-01-05T02:00")),
        (hours(2, 7), "2026-01-05T02:00", (True, "2026-01-05T07:00")),
        (hours(2, 7), "2026-01-05T07:00", (False, "2026-01-06T02:00")),
        (hours(22, 6), "2026-01-05T23:30", (True, "2026-01-06T06:00")),
        (hours(22, 6), "2026-01-06T05:59", (True, "2026-01-06T06:00")),
        (hours(22, 6, frozenset({SAT})), "2026-01-11T05:00", (True, "2026-01-11T06:00")),
        (hours(22, 6, frozenset({SAT})), "2026-01-11T23:00", (False, "2026-01-17T22:00")),
        (hours(0, 24, frozenset({SAT, SUN})), "2026-01-10T12:00", (True, "2026-01-12T00:00")),
        (hours(0, 24, frozenset({SAT})), "2026-01-12T12:00", (False, "2026-01-17T00:00")),
        (hours(2.5, 7), "2026-03-29T01:00", (False, "2026-03-29T03:30")),
        (hours(2, 7), "2026-10-25T01:00", (False, "2026-10-25T02:00")),
    ],
)
def test_whether_it_holds_and_until_when(stretch: Stretch, moment: str, expected: tuple[bool, str]) -> None:
    assert told(stretch, moment) == expected


def test_a_stretch_that_begins_when_it_ends_is_a_whole_day() -> None:
    assert told(hours(5, 5, frozenset({SAT})), "2026-01-11T04:00") == (True, "2026-01-11T05:00")


def test_without_a_day_it_never_holds() -> None:
    assert hours(2, 7, frozenset()).holds(at("2026-01-05T03:00")) == (False, inf)


@given(
    days=st.frozensets(st.integers(0, 6), min_size=1),
    begin=st.integers(0, DAY - 1),
    end=st.integers(1, DAY),
    wall=st.integers(1_760_000_000, 1_800_000_000),
)
def test_nothing_changes_before_the_moment_that_is_named(
    days: frozenset[int], begin: int, end: int, wall: int
) -> None:
    stretch = Stretch(days, begin, end, BERLIN)
    holds, until = stretch.holds(wall)

    assert until > wall
    for moment in (wall + (until - wall) / 3, until - 0.001):
        assert stretch.holds(moment)[0] == holds
