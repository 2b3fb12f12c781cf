"""Did you mean: the nearest of the words that would have been right."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

SURE = 0.75
"""So near that the rest is read as if the right word stood there: one letter wrong of four."""

_CUTOFF = 0.6
"""difflib's own default; `fro` finds `for`, `banana` finds nothing."""


def nearest(word: str, known: Iterable[str], *, cutoff: float = _CUTOFF) -> str | None:
    """The known word that is most like this one, None where none is near."""
    by_fold = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold()[:100], by_fold, n=1, cutoff=cutoff)
    return by_fold[found[0]] if found else None


def did_you_mean(near: str | None) -> str:
    """The end of a sentence that asks for it; nothing where no word is near."""
    return f", did you mean `{near}`?" if near else ""
