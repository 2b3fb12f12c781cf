"""The value of a fact from what a stranger said: a game's line, an address' answer.

What is none of its kind is no value. A bare number is taken for a size in bytes and for a duration in
seconds, which a rule may not write: a machine has no other unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from automaton.core.facts.kind import Kind
from automaton.core.number_form import NumberForm, read_number
from automaton.core.truth import Plain
from automaton.errors import Invalid
from automaton.expr.units import duration, size

LARGEST = 2**62
"""As of a figure of Wings (wings/frames.py): sums and products of such numbers stay finite."""

TRUTHS = {
    **dict.fromkeys(("true", "yes", "on", "1", "enabled"), True),
    **dict.fromkeys(("false", "no", "off", "0", "disabled"), False),
}
"""What spells a truth, in small letters."""


def _number(text: str, form: NumberForm) -> int | float | None:
    found = read_number(text, form)
    return found if found is not None and abs(found) <= LARGEST else None


def _percent(text: str, form: NumberForm) -> int | float | None:
    return _number(text.removesuffix("%").rstrip(), form)


def _size(text: str, form: NumberForm) -> int | float | None:
    return _in_units(text, form, size)


def _duration(text: str, form: NumberForm) -> int | float | None:
    return _in_units(text, form, duration)


def _in_units(text: str, form: NumberForm, units: Callable[[str], int | float]) -> int | float | None:
    bare = _number(text, form)
    if bare is not None:
        return bare
    try:
        found = units(text)
    except Invalid:
        return None
    return found if found <= LARGEST else None


def _text(text: str, _form: NumberForm) -> str | None:
    return text or None


def _truth(text: str, _form: NumberForm) -> bool | None:
    return TRUTHS.get(text.lower())


READ_AS: Mapping[Kind, Callable[[str, NumberForm], Plain]] = {
    Kind.NUMBER: _number,
    Kind.PERCENT: _percent,
    Kind.SIZE: _size,
    Kind.DURATION: _duration,
    Kind.TEXT: _text,
    Kind.TRUTH: _truth,
}
"""The value that a text is, by the kind of the fact, its numbers in this form; None where it is none."""
