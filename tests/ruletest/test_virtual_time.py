"""Moments of a test."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from automaton.errors import Invalid
from automaton.ruletest.virtual_time import DEFAULT_START, format_time, parse_moment


def test_a_test_begins_on_a_monday_at_noon() -> None:
    assert f"{datetime.fromtimestamp(DEFAULT_START, UTC):%A %Y-%m-%d %H:%M}" == "Monday 2026-01-05 12:00"


@pytest.mark.parametrize(
    "text", ["2026-01-05 12:00", "2026-01-05T12:00:00Z", "2026-01-05T13:00+01:00", " 2026-01-05 12:00 "]
)
def test_a_moment_is_in_utc_unless_it_says_another_zone(text: str) -> None:
    assert parse_moment(text) == DEFAULT_START


@pytest.mark.parametrize(
    "text",
    ["2026-01-05 13:00 Europe/Berlin", "2026-01-05 13:00:00  Europe/Berlin",
     "2026-01-05 07:00 America/New_York",
     "2026-01-05 12:00 UTC", "2026-01-05 13:00 +01:00", "2026-01-05 13:00 +0100"],
)  # fmt: skip
def test_a_moment_may_be_a_local_time_and_a_zone_or_an_offset(text: str) -> None:
    assert parse_moment(text) == DEFAULT_START


def test_an_hour_that_comes_twice_is_the_first_and_one_that_is_skipped_is_refused() -> None:
    assert parse_moment("2026-10-25 02:30 Europe/Berlin") == parse_moment("2026-10-25 02:30 +02:00")
    with pytest.raises(Invalid, match="there is no 02:30 on 2026-03-29 in Europe/Berlin: the clocks skip it"):
        parse_moment("2026-03-29 02:30 Europe/Berlin")


def test_a_zone_that_there_is_not_is_told_with_the_one_that_was_meant() -> None:
    with pytest.raises(Invalid, match="unknown time zone `Europe/Berln`, did you mean `Europe/Berlin`"):
        parse_moment("2026-03-29 01:00 Europe/Berln")
    with pytest.raises(Invalid, match="an offset or a zone, and not both"):
        parse_moment("2026-03-29 01:00+01:00 Europe/Berlin")


@pytest.mark.parametrize("text", ["", "noon", "12:00", "05.01.2026", "2026-13-01"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_moment(text)


def test_a_moment_is_written_as_in_a_feed() -> None:
    assert [format_time(at) for at in (0.0, 0.5, 750.0, -1.0)] == ["0s", "500ms", "12m30s", "0s"]
