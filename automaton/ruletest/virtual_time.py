"""Moments of a test: seconds from its beginning, and the wall clock that it begins at."""

from __future__ import annotations

from datetime import UTC, datetime

from automaton.errors import Invalid
from automaton.expr.units import write_duration
from automaton.problem import Problem

DEFAULT_START = datetime(2026, 1, 5, 12, tzinfo=UTC).timestamp()
"""A Monday at noon: fixed, so that no test depends on the day on which it runs."""

TOLERANCE = 1.0
"""`at` allows this many seconds either way."""

LONGEST_RUN = 86_400.0
"""A test runs on for so long after its last entry: a day."""


def parse_moment(text: str) -> float:
    """Seconds since 1970 of an ISO 8601 moment, in UTC where it names no zone. Raises Invalid."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(
            Problem("a moment is written as `2026-01-05 12:00`, or with `T`, `Z` or `+01:00`")
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def format_time(seconds: float) -> str:
    """A moment as a test would write it: `12m30s`."""
    return write_duration(max(0.0, round(seconds, 3)))
