"""Moments of a test: seconds from its beginning, and the wall clock that it begins at."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from automaton.errors import Invalid
from automaton.expr.units import write_duration
from automaton.problem import Problem
from automaton.schema.time_zone import zone

DEFAULT_START = datetime(2026, 1, 5, 12, tzinfo=UTC).timestamp()
"""A Monday at noon: fixed, so that no test depends on the day on which it runs."""

TOLERANCE = 1.0
"""`at` allows this many seconds either way."""

LONGEST_RUN = 86_400.0
"""A test runs on for so long after its last entry: a day."""

_ZONED = re.compile(r"(.*\d) +([A-Za-z].*)")
_BEFORE_OFFSET = re.compile(r" +(?=[+-]\d\d:?\d\d$)")


def parse_moment(text: str) -> float:
    """Seconds since 1970 of a local time with a zone or an offset behind it, in UTC without either.

    As `2026-03-29 01:00 Europe/Berlin` or any ISO 8601 moment. Of an hour that comes twice it is the first.
    Raises Invalid, also for an hour that the clocks of the zone skip.
    """
    local, name = text.strip(), ""
    if found := _ZONED.fullmatch(local):
        local, name = found[1], found[2]
    local = _BEFORE_OFFSET.sub("", local)
    try:
        moment = datetime.fromisoformat(local)
    except ValueError:
        raise Invalid(
            Problem("a moment is written as `2026-03-29 01:00 Europe/Berlin`, or with `Z` or `+01:00`")
        ) from None
    if name and moment.tzinfo is None:
        return _in_zone(moment, name)
    if name:
        raise Invalid(Problem(f"a moment has an offset or a zone, and not both: leave out ` {name}`"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _in_zone(local: datetime, name: str) -> float:
    seconds = local.replace(tzinfo=zone(name)).timestamp()
    if datetime.fromtimestamp(seconds, zone(name)).replace(tzinfo=None) != local:
        raise Invalid(Problem(f"there is no {local:%H:%M} on {local:%Y-%m-%d} in {name}: the clocks skip it"))
    return seconds


def format_time(seconds: float) -> str:
    """A moment as a test would write it: `12m30s`."""
    return write_duration(max(0.0, round(seconds, 3)))
