"""Finds owners of deadlines that come due again and again though nothing happens, and slows them down.

That is a fault, of ours or of a rule that nobody foresaw. It must be reported, and must not starve others.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Owner = TypeVar("Owner", bound=Hashable)

MOST_LOOKS = 200
"""How often an owner may be due within a second though nothing happened; no rule needs a tenth of that."""

SLOWED = 1.0
"""Seconds between two looks at an owner that is slowed down."""

CALM = 60.0
"""Seconds without a look after which an owner is no longer slowed down."""


@dataclass(slots=True)
class Slowed:
    """When an owner was last looked at, and how often since it was found."""

    at: float
    looks: int = MOST_LOOKS


class Restless(Generic[Owner]):
    """`found` are those not reported yet; the reporter empties it. `slowed` is nearly always empty."""

    def __init__(self) -> None:
        self.found: list[Owner] = []
        self._since = 0.0
        self._looks: dict[Owner, int] = {}
        self.slowed: dict[Owner, Slowed] = {}

    def not_before(self, owner: Owner, mono: float) -> float:
        """The earliest `mono` for an owner that wants to be due at `mono`."""
        slowed = self.slowed.get(owner)
        return mono if slowed is None else max(mono, slowed.at + SLOWED)

    def looked(self, owner: Owner, mono: float) -> None:
        """Counts a look at this owner."""
        if not 0.0 <= mono - self._since <= 1.0:
            self._since = mono
            self._looks.clear()
        looks = self._looks[owner] = self._looks.get(owner, 0) + 1
        slowed = self.slowed.get(owner)
        if slowed is None and looks > MOST_LOOKS:
            self.slowed[owner] = Slowed(mono)
            self.found.append(owner)
        elif slowed is not None and mono - slowed.at >= CALM:
            del self.slowed[owner]
        elif slowed is not None:
            slowed.at, slowed.looks = mono, slowed.looks + 1

    def excuse(self, owner: Owner) -> None:
        """Forgets the looks at an owner: something happened to it, or something came of them."""
        self._looks.pop(owner, None)

    def drop(self, owner: Owner) -> None:
        """Forgets an owner that is gone."""
        self.slowed.pop(owner, None)

    def now(self, mono: float) -> list[tuple[Owner, int]]:
        """The owners that are slowed down now, each with its number of looks."""
        return [(owner, one.looks) for owner, one in self.slowed.items() if mono - one.at < CALM]
