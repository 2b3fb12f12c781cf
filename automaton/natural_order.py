"""The order in which people look for names: `survival-2` before `survival-10`, in any case of letters."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[0-9]+")
_DIGITS = 20  # longer numbers are ordered as texts: these are names, and their writers are strangers


def natural_order(name: str) -> str:
    """What to sort a name by. Names that differ in the case of letters or in leading zeros are alike."""
    return _NUMBER.sub(lambda found: found[0].lstrip("0").zfill(_DIGITS), name.casefold())
