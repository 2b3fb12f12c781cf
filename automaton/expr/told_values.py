"""The value of a fact from what a stranger said: a game's line, an address' answer.

What is none of its kind is no value. A bare number is taken for a size in bytes and for a duration in
seconds, which a rule may not write: a machine has no other unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from automaton.core.facts.kind import Kind
from automaton.core.number_form import read_number
from automaton.core.truth import Plain
from automaton.errors import Invalid
from automaton.expr.units import duration, size

LARGEST = 2**62
"""As of a figure of Wings (wings/frames.py): sums and products of such numbers stay finite."""

_TRUTHS = {
    **dict.fromkeys(("true", "yes", "on", "1", "enabled"), True),
    **dict.fromkeys(("false", "no", "off", "0", "disabled"), False),
}


def _number(text: str) -> int | float | None:
    found = read_number(text)
    return found if found is not None and abs(found) <= LARGEST else None


def _percent(text: str) -> int | float | None:
    return _number(text.removesuffix("%").rstrip())


def _size(text: str) -> int | float | None:
    return _in_units(text, size)


def _duration(text: str) -> int | float | None:
    return _in_units(text, duration)


def _in_units(text: str, units: Callable[[str], int | float]) -> int | float | None:
    bare = _number(text)
    if bare is not None:
        return bare
    try:
        found = units(text)
    except Invalid:
        return None
    return found if found <= LARGEST else None


def _text(text: str) -> str | None:
    return text or None


def _truth(text: str) -> bool | None:
    return _TRUTHS.get(text.lower())


READ_AS: Mapping[Kind, Callable[[str], Plain]] = {
    Kind.NUMBER: _number,
    Kind.PERCENT: _percent,
    Kind.SIZE: _size,
    Kind.DURATION: _duration,
    Kind.TEXT: _text,
    Kind.TRUTH: _truth,
}
"""The value that a text is, by the kind of the fact; None where it is none."""
