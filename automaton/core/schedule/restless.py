"""Who wants to be looked at again and again though nothing happens: found once, and slowed down.

That is a fault, of ours or of a rule that nobody foresaw. It must be told, and must not starve the others.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Owner = TypeVar("Owner", bound=Hashable)

MOST_LOOKS = 200
"""So often an owner may be due within a second though nothing happened; no rule needs a tenth of that."""

SLOWED = 1.0
"""Seconds between two looks at an owner that wanted more: the others have theirs meanwhile."""

CALM = 60.0
"""Seconds without a look, after which an owner that was slowed down is like any other."""


@dataclass(slots=True)
class Slowed:
    """When it was looked at last, and how often since it began."""

    at: float
    looks: int = MOST_LOOKS


class Restless(Generic[Owner]):
    """`found` are those that were found since somebody told of them, and took them out; `slowed` those that
    were slowed down, nobody nearly always."""

    def __init__(self) -> None:
        self.found: list[Owner] = []
        self._since = 0.0
        self._looks: dict[Owner, int] = {}
        self.slowed: dict[Owner, Slowed] = {}

    def not_before(self, owner: Owner, mono: float) -> float:
        """When it may be looked at that wants it at `mono`."""
        slowed = self.slowed.get(owner)
        return mono if slowed is None else max(mono, slowed.at + SLOWED)

    def looked(self, owner: Owner, mono: float) -> None:
        """It is looked at now."""
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
        """Something happened for which it is to be looked at, or something came of its looks."""
        self._looks.pop(owner, None)

    def drop(self, owner: Owner) -> None:
        """It is no more."""
        self.slowed.pop(owner, None)

    def now(self, mono: float) -> list[tuple[Owner, int]]:
        """Those that are slowed down now, with how often they were looked at."""
        return [(owner, one.looks) for owner, one in self.slowed.items() if mono - one.at < CALM]
