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


@pytest.mark.parametrize("text", ["", "noon", "12:00", "05.01.2026", "2026-13-01"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_moment(text)


def test_a_moment_is_written_as_in_a_feed() -> None:
    assert [format_time(at) for at in (0.0, 0.5, 750.0, -1.0)] == ["0s", "500ms", "12m30s", "0s"]
