"""Did you mean: the nearest of the words that would have been right."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

SURE = 0.75
"""So near that the rest is read as if the right word stood there: one letter wrong of four."""

MOST_LISTED = 10
"""Names that are told where none is near: who reads more of them in one message looks them up."""

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


def listed(words: Iterable[str], where: str = "") -> str:
    """The words that would have been right, in order: MOST_LISTED of them, the others counted.

    `where` says what lists them all, as `automaton packs`. Empty where there is none.
    """
    known = sorted(words)
    shown = ", ".join(f"`{word}`" for word in known[:MOST_LISTED])
    more = len(known) - MOST_LISTED
    return shown if more <= 0 else f"{shown} and {more} more{f' (`{where}`)' if where else ''}"
