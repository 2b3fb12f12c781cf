"""Time zones by name, and the machine's own."""

from __future__ import annotations

import os
from datetime import UTC, tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid
from automaton.problem import Problem
from automaton.words_of_others import At, meant

LOCALTIME = Path("/etc/localtime")
_FOLDER = "/zoneinfo/"


def zone(name: str) -> ZoneInfo:
    """The zone with this name, as `Europe/Berlin`. Raises Invalid for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        found = meant(At.ZONE, name)
        near = found.write if found is not None else nearest(name, available_timezones())
        if found is not None and found.why:
            raise Invalid(
                Problem(f"unknown time zone `{name}`: {found.why}", expected="as `Europe/Berlin`")
            ) from None
        message = f"unknown time zone `{name}`{did_you_mean(near)}"
        raise Invalid(
            Problem(message if near else f"{message}: one is named as `Europe/Berlin`", suggestion=near or "")
        ) from None


@cache
def machine_zone() -> tzinfo:
    """The zone of this machine: `TZ`, else /etc/localtime, else UTC. Read once."""
    return zone_of(os.environ.get("TZ", ""), LOCALTIME)


def zone_of(tz: str, localtime: Path) -> tzinfo:
    """The zone that a machine has by its variable TZ and its local-time file; UTC where neither says."""
    try:
        if name := tz.removeprefix(":"):
            return ZoneInfo(name)
        real = str(localtime.resolve(strict=True))
        if _FOLDER in real:
            return ZoneInfo(real.split(_FOLDER, 1)[1])
        with localtime.open("rb") as file:
            return ZoneInfo.from_file(file, key="localtime")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
