"""Readings are kept closely for an hour and in means for a day; what was not seen is a gap."""

from __future__ import annotations

import pytest

from automaton.core.moment import Moment
from automaton.web.pages.history import (
    COARSE_STEP,
    FINE_SLOTS,
    FINE_STEP,
    SPANS,
    FleetHistory,
    Points,
    ReadingRing,
    ServerHistory,
)
from automaton.web.routes.changes import FleetRow

WALL = 1_700_000_000.0
HOUR, DAY = SPANS["1h"], SPANS["24h"]


def row(memory: int | None = 100, *, link: str = "live", rx: int = 0, uptime: float = 100.0) -> FleetRow:
    return FleetRow(
        uuid="u", id="1", name="lobby", at=WALL, link=link, memory=memory, cpu=50.0, disk=7, players=3,
        rx=rx, tx=2 * rx, uptime=uptime,
    )  # fmt: skip


def told(*rows: tuple[float, FleetRow]) -> ServerHistory:
    history = ServerHistory()
    for mono, one in rows:
        history.take(one, mono)
    return history


def seen(points: Points, name: str) -> list[tuple[float, float]]:
    """Seconds before now, and the value."""
    pairs = zip(points.times, points.series[name], strict=True)
    return [(WALL - at, value) for at, value in pairs if value is not None]


def test_a_reading_stands_at_its_time() -> None:
    history = told((990.0, row(1)), (1000.0, row(2)))

    points = history.points(HOUR, Moment(1000.0, WALL))

    assert seen(points, "memory") == [(10.0, 1.0), (0.0, 2.0)]
    assert seen(points, "players") == [(10.0, 3.0), (0.0, 3.0)]
    assert points.step == FINE_STEP


def test_what_was_not_seen_is_a_gap() -> None:
    history = told((960.0, row()), (970.0, row(link="retrying")), (980.0, row(None)), (1000.0, row()))

    assert seen(history.points(HOUR, Moment(1000.0, WALL)), "memory") == [(40.0, 100.0), (0.0, 100.0)]


def test_an_hour_ago_is_forgotten_and_its_place_is_used_again() -> None:
    history = told((10_000.0, row(1)), (10_000.0 + FINE_SLOTS * FINE_STEP, row(2)))

    now = Moment(10_000.0 + FINE_SLOTS * FINE_STEP, WALL)

    assert seen(history.points(HOUR, now), "memory") == [(0.0, 2.0)]


def test_a_day_is_told_in_means() -> None:
    history = told((1500.0, row(1)), (1510.0, row(3)), (1650.0, row(7)))

    points = history.points(DAY, Moment(1650.0, WALL))

    assert points.step == COARSE_STEP
    assert seen(points, "memory") == [(150.0, 2.0), (0.0, 7.0)]


def test_a_rate_is_made_of_two_counts() -> None:
    history = told((1000.0, row(rx=0)), (1010.0, row(rx=5000, uptime=110.0)))

    points = history.points(HOUR, Moment(1010.0, WALL))

    assert (seen(points, "rx"), seen(points, "tx")) == ([(0.0, 500.0)], [(0.0, 1000.0)])


@pytest.mark.parametrize(
    ("mono", "after"),
    [
        (1010.0, row(rx=10, uptime=5.0)),  # it was started again
        (1010.0, row(rx=90_000, uptime=5.0)),  # and has sent more since than before
        (1010.0, row(rx=10, uptime=120.0)),
        (1200.0, row(rx=9_000, uptime=300.0)),  # too long ago
    ],
)
def test_counters_that_began_anew_make_no_rate(mono: float, after: FleetRow) -> None:
    history = told((1000.0, row(rx=8_000)), (mono, after))

    assert seen(history.points(HOUR, Moment(mono, WALL)), "rx") == []


def test_a_clock_that_is_set_moves_all_points_together() -> None:
    history = told((990.0, row(1)), (1000.0, row(2)))

    points = history.points(HOUR, Moment(1000.0, WALL + 3600))

    assert [at - WALL - 3600 for at in points.times[-2:]] == [-10.0, 0.0]


def test_a_slot_that_was_never_set_is_empty() -> None:
    ring = ReadingRing(1.0, 4)
    ring.put(5, (1.0,) * 6)
    ring.put(100, (2.0,) * 6)

    kept = [one[0] for one in ring.rows(95, 101)]

    assert [value if value == value else None for value in kept] == [None] * 5 + [2.0, None]


def test_a_server_costs_less_than_25_kilobytes() -> None:
    assert told((1000.0, row())).__sizeof__() < 25_000


def test_servers_that_are_gone_are_forgotten() -> None:
    fleet = FleetHistory(WALL)
    fleet.take(row(), 1000.0)
    fleet.keep_only({})

    assert len(fleet) == 0
    assert seen(fleet.points("u", HOUR, Moment(1000.0, WALL)), "memory") == []
