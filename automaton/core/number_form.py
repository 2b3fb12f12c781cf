"""How a game prints numbers, and the number that a text spells: `2500`, `1e3`, `1,234.5`.

A text that is not wholly a number is none: `12ms` and `1,23` have no value. Law: a form is bounded, and so is
what is read by it, for the text may be a player's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import isfinite

from automaton.core.stable_names import stable_name

_SPACES = " \u00a0\u202f"
"""What a game may print for a space between thousands: that of the keyboard, and two that do not break."""


@stable_name("NumberForm")
@dataclass(frozen=True)
class NumberForm:
    """`group` stands between thousands, empty where nothing does; `decimal` before a fraction."""

    group: str = ""
    decimal: str = "."

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """A number in this form, as a whole. Each part is bounded, and none can match in two ways."""
        whole = "[0-9]{1,30}"
        if self.group:
            sign = f"[{_SPACES}]" if self.group == " " else re.escape(self.group)
            whole = rf"(?:[0-9]{{1,3}}(?:{sign}[0-9]{{3}}){{1,9}}|{whole})"
        return re.compile(
            rf"(?P<whole>[+-]?{whole})(?:{re.escape(self.decimal)}(?P<rest>[0-9]{{1,30}}))?"
            r"(?:[eE](?P<ten>[+-]?[0-9]{1,3}))?"
        )


PLAIN_NUMBERS = NumberForm()
"""Where no pack says how its game prints them."""


def read_number(text: str, form: NumberForm = PLAIN_NUMBERS) -> int | float | None:
    """The number that the whole text spells in this form; None where it is none, or none that is finite."""
    return _read(text, form) if len(text) <= LONGEST_NUMBER else None


LONGEST_NUMBER = 80  # characters: more than the pattern takes


@lru_cache(maxsize=1024)
def _read(text: str, form: NumberForm) -> int | float | None:
    found = form.pattern.fullmatch(text)
    if found is None:
        return None
    whole = "".join(char for char in found["whole"] if char in "+-0123456789")
    if found["rest"] is None and found["ten"] is None:
        return int(whole)
    number = float(f"{whole}.{found['rest'] or '0'}e{found['ten'] or '0'}")
    return number if isfinite(number) else None
