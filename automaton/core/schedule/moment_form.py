"""How a moment is written in texts: `2026-11-28 04:00`, or by a form of `strftime`.

The same on every machine: a small part of `strftime`, written out here in English, for the C library's own
differs by system and by locale. The zone is told; no clock is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo

DEFAULT_FORM = "%Y-%m-%d %H:%M"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip

DIRECTIVES: Mapping[str, Callable[[datetime], str]] = {
    "Y": lambda at: f"{at.year:04}",
    "y": lambda at: f"{at.year % 100:02}",
    "m": lambda at: f"{at.month:02}",
    "d": lambda at: f"{at.day:02}",
    "j": lambda at: f"{at.timetuple().tm_yday:03}",
    "H": lambda at: f"{at.hour:02}",
    "I": lambda at: f"{(at.hour - 1) % 12 + 1:02}",
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "M": lambda at: f"{at.minute:02}",
    "S": lambda at: f"{at.second:02}",
    "a": lambda at: _DAYS[at.weekday()][:3],
    "A": lambda at: _DAYS[at.weekday()],
    "b": lambda at: _MONTHS[at.month - 1][:3],
    "B": lambda at: _MONTHS[at.month - 1],
    "G": lambda at: f"{at.isocalendar().year:04}",
    "V": lambda at: f"{at.isocalendar().week:02}",
    "u": lambda at: str(at.isoweekday()),
    "z": lambda at: f"{at:%z}",
    "Z": lambda at: at.tzname() or "",
    "%": lambda _: "%",
}
"""What may stand behind a `%`, as in `strftime`."""


def write_moment(wall: float, zone: tzinfo, form: str = DEFAULT_FORM) -> str | None:
    """A moment of the wall clock by a checked form; None for one that no calendar has."""
    try:
        at = datetime.fromtimestamp(wall, zone)
    except (OverflowError, ValueError, OSError):
        return None
    written, rest = "", form
    while (begin := rest.find("%")) >= 0:
        written += rest[:begin] + DIRECTIVES[rest[begin + 1]](at)
        rest = rest[begin + 2 :]
    return written + rest


def wrong_directive(form: str) -> tuple[int, str] | None:
    """The first of its directives that there is not, as its place and its text; None where all are."""
    at = 0
    while (at := form.find("%", at)) >= 0:
        if form[at + 1 : at + 2] not in DIRECTIVES:
            return at, form[at : at + 2]
        at += 2
    return None
