"""Durations and sizes, as people write them: `1h30m`, `512MiB`.

A bare number is refused: nobody agrees on 90 what. So is `MB`, which is two sizes.
"""

from __future__ import annotations

import re

from automaton.errors import Invalid
from automaton.problem import Problem

SECONDS = {"w": 604_800.0, "d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
"""Prometheus' units, longest first: a duration has them in this order, each at most once."""

BYTES = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}

LONGEST = 100 * 366 * 86_400.0
"""A hundred years: more is a typing error, and overflows the arithmetic of calendars."""

_DURATION = re.compile("".join(rf"(?:([0-9]{{1,12}}){unit})?" for unit in SECONDS))
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s?([KMGT]iB|B)")
_NEARLY_A_PART = (
    r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*(seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|ms|[wdhms])"
)
_PARTS = re.compile(_NEARLY_A_PART, re.I)
_NEARLY_A_DURATION = re.compile(rf"(?:{_NEARLY_A_PART}(?:\s|\+|and)*){{1,6}}", re.I)
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?")  # hours, minutes, seconds: Home Assistant's
_NEARLY_A_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*([kmgt])(?:i?b)?", re.I)


def duration(text: str) -> float:
    """Seconds, from text such as `30s`, `1h30m` or `2d`. Raises Invalid."""
    found = _DURATION.fullmatch(text)
    if found is None or not text:
        raise Invalid(Problem(_not_a_duration(text), suggestion=_nearly_a_duration(text)))
    parts = zip(found.groups(), SECONDS.values(), strict=True)
    seconds = sum(int(amount) * unit for amount, unit in parts if amount is not None)
    if seconds > LONGEST:
        raise Invalid(Problem("a duration is at most a hundred years"))
    return seconds


def size(text: str) -> int:
    """Bytes, from text such as `512MiB` or `1.5GiB`. Raises Invalid."""
    found = _SIZE.fullmatch(text)
    if found is None:
        raise Invalid(Problem(_not_a_size(text), suggestion=_nearly_a_size(text)))
    return round(float(found[1]) * BYTES[found[2]])


def is_nearly_a_size(text: str) -> bool:
    """True for `4G` or `512M`, which are no duration either; not for `5m`, which is one."""
    return _NEARLY_A_SIZE.fullmatch(text) is not None and not text.endswith("m")


def write_duration(seconds: float) -> str:
    """The duration as a rule would write it: `1h30m`."""
    rest = round(seconds * 1000)
    written = ""
    for unit, length in SECONDS.items():
        amount, rest = divmod(rest, round(length * 1000))
        if amount:
            written += f"{amount}{unit}"
    return written or "0s"


def _not_a_duration(text: str) -> str:
    if _is_bare(text):
        return "a duration needs a unit"
    if "," in text:
        return "several durations are a list"
    return "a duration is written like `30s`, `10m` or `1h30m`"


def _nearly_a_duration(text: str) -> str:
    if _is_bare(text):
        return f"{text}s" if text.isdecimal() else ""
    if "," in text:
        return f"[{text}]"
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return write_duration(hours * 3600 + minutes * 60 + seconds)
    if _NEARLY_A_DURATION.fullmatch(text.strip()) is None:
        return ""
    return write_duration(sum(float(amount) * SECONDS[_unit(unit)] for amount, unit in _PARTS.findall(text)))


def _unit(word: str) -> str:
    return "ms" if word.lower() == "ms" else word[0].lower()


def _not_a_size(text: str) -> str:
    if _is_bare(text):
        return "a size needs a unit"
    if _NEARLY_A_SIZE.fullmatch(text.strip()):
        return "a size is written with a binary unit, for the others mean two things"
    return "a size is written like `512MiB` or `8GiB`"


def _nearly_a_size(text: str) -> str:
    if _is_bare(text):
        return f"{text}B" if text.isdecimal() else ""
    found = _NEARLY_A_SIZE.fullmatch(text.strip())
    return f"{found[1]}{found[2].upper()}iB" if found else ""


def _is_bare(text: str) -> bool:
    return re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text) is not None
