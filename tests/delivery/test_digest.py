"""A digest comes once a date, at its hour, also where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from automaton.delivery.digest import Digest

BERLIN = ZoneInfo("Europe/Berlin")
NINE = Digest(9 * 3600, BERLIN)
HALF_PAST_TWO = Digest(2 * 3600 + 1800, BERLIN)


def local(text: str, *, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).timestamp()


def due(digest: Digest, since: str, now: str, last: str = "") -> str:
    day, at = digest.due(local(since), local(now), date.fromisoformat(last) if last else None)
    assert datetime.fromtimestamp(at, BERLIN).date() == day
    return datetime.fromtimestamp(at, BERLIN).isoformat()


@pytest.mark.parametrize(
    ("since", "now", "last", "expected"),
    [
        ("2026-01-05 08:00", "2026-01-05 08:30", "", "2026-01-05T09:00:00+01:00"),
        ("2026-01-05 08:00", "2026-01-05 12:00", "", "2026-01-05T09:00:00+01:00"),  # missed, made up
        ("2026-01-05 08:00", "2026-01-05 21:00", "", "2026-01-05T09:00:00+01:00"),
        ("2026-01-05 08:00", "2026-01-05 21:01", "", "2026-01-06T09:00:00+01:00"),  # missed by too much
        ("2026-01-05 09:01", "2026-01-05 09:30", "", "2026-01-06T09:00:00+01:00"),  # it was not missed
        ("2026-01-05 08:00", "2026-01-05 09:30", "2026-01-05", "2026-01-06T09:00:00+01:00"),  # once a date
        ("2026-01-01 08:00", "2026-01-05 03:00", "", "2026-01-05T09:00:00+01:00"),
        ("2026-01-05 08:00", "2026-01-05 08:30", "2030-01-01", "2026-01-05T09:00:00+01:00"),  # a wrong clock
        # The clock was turned back.
        ("2026-01-07 08:00", "2026-01-05 08:30", "", "2026-01-05T09:00:00+01:00"),
        ("2026-03-28 12:00", "2026-03-29 01:00", "", "2026-03-29T09:00:00+02:00"),
    ],
)
def test_the_hour_of_what_came_since(since: str, now: str, last: str, expected: str) -> None:
    assert due(NINE, since, now, last) == expected


def test_an_hour_that_daylight_saving_leaves_out_comes_an_hour_later() -> None:
    assert due(HALF_PAST_TWO, "2026-03-28 12:00", "2026-03-29 01:00") == "2026-03-29T03:30:00+02:00"


def test_an_hour_that_comes_twice_is_the_first_and_no_second_digest() -> None:
    assert due(HALF_PAST_TWO, "2026-10-24 12:00", "2026-10-25 01:00") == "2026-10-25T02:30:00+02:00"
    again, _ = HALF_PAST_TWO.due(
        local("2026-10-25 02:10", fold=1), local("2026-10-25 02:20", fold=1), date(2026, 10, 25)
    )
    assert again == date(2026, 10, 26)


def test_a_digest_of_the_evening_is_made_up_on_the_next_morning() -> None:
    late = Digest(23 * 3600, ZoneInfo("UTC"))
    since = datetime(2026, 1, 5, 22, tzinfo=UTC).timestamp()

    day, at = late.due(since, datetime(2026, 1, 6, 8, tzinfo=UTC).timestamp())
    assert (day, at - since) == (date(2026, 1, 5), 3600.0)
