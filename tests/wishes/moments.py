"""Moments at which a story begins, as a clock on the wall shows them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

MINUTE, HOUR = 60.0, 3600.0
DAY = 24 * HOUR


def on(text: str, zone: str = "") -> float:
    """The wall time of `2026-01-06 03:50`, in the zone of the machine where none is given."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone) if zone else None).timestamp()
