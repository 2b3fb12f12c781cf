"""How values are written in texts for people: by their kind, `93.4 %`, `7.2 GiB`, `5m 3s`.

A truth is `yes` or `no`, a list has commas, what is not known is `unknown`, and what lies between two bounds
has both: `at least 5m`, `3 to 5`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from sys import float_info

from automaton.core.facts.kind import Kind
from automaton.core.truth import NEVER, Plain, Value
from automaton.expr.units import BYTES, SECONDS

UNKNOWN_TEXT = "unknown"

_LARGEST_FIRST = sorted(BYTES.items(), key=lambda unit: -unit[1])


def show(value: Value, kind: Kind | None) -> str:
    """The text of a value of this kind. Where the kind is None, the type of the value decides."""
    if value.plain is None:
        return UNKNOWN_TEXT
    text = show_plain(value.plain, kind)
    if not value.at_least:
        return text
    if value.at_most == inf:
        return f"at least {text}"
    most = show_plain(value.at_most, kind)
    return text if most == text else f"{text} to {most}"


def show_plain(plain: Plain, kind: Kind | None) -> str:
    """The text of a bare value, without regard to bounds."""
    match plain:
        case None:
            return UNKNOWN_TEXT
        case bool():
            return "yes" if plain else "no"
        case str():
            return plain
        case tuple():
            return ", ".join(show_plain(item, None) for item in plain)
        case int() | float():
            # Not `isfinite`: it raises for a whole number that no float holds
            return _number(plain, kind) if abs(plain) <= float_info.max else UNKNOWN_TEXT


def _number(number: int | float, kind: Kind | None) -> str:
    match kind:
        case Kind.PERCENT:
            return f"{_rounded(number, 1)} %"
        case Kind.SIZE:
            return _signed(number, _size)
        case Kind.DURATION:
            return _signed(number, _duration)
        case _:
            return _rounded(number, 2)


def _signed(number: int | float, show_positive: Callable[[int | float], str]) -> str:
    return f"-{show_positive(-number)}" if number < 0 else show_positive(number)


def _rounded(number: int | float, digits: int) -> str:
    if isinstance(number, int):
        return str(number)
    text = f"{number:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _size(number: int | float) -> str:
    """In the largest unit of which there is at least one, with one decimal."""
    unit, length = next((unit, length) for unit, length in _LARGEST_FIRST if number >= length or length == 1)
    if round(number / length, 1) >= 1024 and unit != "TiB":  # 1023.97 MiB is 1 GiB, not 1024 MiB
        return _size(length * 1024)
    return f"{_rounded(number / length, 1) if length > 1 else round(number)} {unit}"


def _duration(number: int | float) -> str:
    """In the two largest units; below ten seconds with one decimal, unless it is zero."""
    if number >= NEVER:
        return "never"
    if number < 10:
        return f"{_rounded(float(number), 1)}s"
    rest = round(number)
    parts = []
    for unit, length in SECONDS.items():
        if unit not in ("w", "ms"):
            amount, rest = divmod(rest, round(length))
            parts.append((amount, unit))
    first = next(index for index, (amount, _) in enumerate(parts) if amount)
    return " ".join(f"{amount}{unit}" for amount, unit in parts[first : first + 2] if amount)
