"""How long to wait before the next try: growing, jittered, capped, and never less than was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from random import Random

_LONGEST_DATE = 64  # characters; an HTTP date has 29
LONGEST_ASKED = 3600.0  # a Retry-After beyond an hour is a mistake or an attack; we look again then


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits of up to `first` seconds, each `factor` times the last, up to `cap`.

    Jitter shortens a wait to no less than `lowest`, a share of it: many that failed together do not
    come back together.
    """

    first: float = 1.0
    cap: float = 60.0
    factor: float = 2.0
    lowest: float = 0.5

    def wait(self, tries: int, chance: Random, *, asked: float | None = None) -> float:
        """Seconds to wait after so many failed tries (1 for the first).

        A wait that was `asked` for is kept in full, with up to a tenth and a second on top.
        """
        # 64 doublings are far beyond any cap, and 2.0 ** 1024 is an OverflowError.
        grown = min(self.cap, self.first * self.factor ** min(max(tries, 1) - 1, 64))
        mine = grown * chance.uniform(self.lowest, 1.0)
        if asked is None:
            return mine
        return max(mine, asked + chance.uniform(0.0, 1.0 + asked / 10))


def retry_after(header: str | None, wall: float) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or a date; None where it says neither."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:10]), LONGEST_ASKED)  # ten digits are beyond the bound already
    if len(text) > _LONGEST_DATE:
        return None
    try:
        seconds = parsedate_to_datetime(text).timestamp() - wall
    except (ValueError, TypeError, LookupError, OverflowError, OSError):
        return None
    return min(max(seconds, 0.0), LONGEST_ASKED)
