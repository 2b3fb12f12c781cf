"""For how long the owner of a shard may still act: a log cannot fence what does not read it.

Law: a lease runs from the moment before the last acknowledged append was sent, never from its answer, on the
clock that goes on through a suspend (`Clock.boot`). So nobody else's claim was in the log when it began.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True)
class Terms:
    """Seconds that all members must agree on.

    `lasts`: of a lease. An election of the log takes 4 to 9, and is to be outlasted. `idle`: after that long
    without an append one is made, three of them in a lease. `quiet`: that long after a claim all is over that
    the predecessor sent. Its lease ends 10 s after the claim at the latest and nothing is written in the last
    5 of them, its calls end 30 s later, and Wings waits 30 s for a lock: 65, and 10 for what is not exact.
    `again`: between two tries of a log that takes nothing.
    """

    lasts: float = 10.0
    idle: float = 3.0
    quiet: float = 75.0
    again: float = 1.0


TERMS = Terms()


class Lease:
    """Written by whoever drives the claim, read from any thread: it is replaced as one."""

    __slots__ = ("_span",)

    def __init__(self) -> None:
        self._span = (inf, -inf)

    @property
    def until(self) -> float:
        """When it is over, on the boot-time clock; -inf where it never began, or was ended."""
        return self._span[1]

    def left(self, boot: float) -> float:
        """Seconds that it still lasts: none or less where it is over, or has not begun."""
        begins, until = self._span
        return until - boot if boot >= begins else min(0.0, until - boot)

    def begin(self, boot: float) -> None:
        """Nothing may be done before then, whatever it lasts."""
        self._span = (boot, self._span[1])

    def extend(self, until: float) -> None:
        """Lasts until then, or as long as it did where that is longer."""
        self._span = (self._span[0], max(self._span[1], until))

    def end(self) -> None:
        """Over, whatever it said."""
        self._span = (inf, -inf)
