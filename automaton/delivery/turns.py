"""Which group of a target has its turn, and when the next one has: none is looked at before its time.

Two heaps: those whose turn is to come, by when, and those that have it, the most urgent first. What a
message costs does not grow with the groups that have nothing to say yet.
"""

from __future__ import annotations

import heapq
from itertools import count

from automaton.core.schedule.deadlines import FEW, Deadlines
from automaton.delivery.group import GroupKey

Ready = tuple[bool, float, int, GroupKey]  # not critical, since when, which came first, whose


class GroupTurns:
    """Times are monotonic. A group has one turn; whoever changes it sets the turn anew."""

    def __init__(self) -> None:
        self._later: Deadlines[GroupKey] = Deadlines()
        self._critical: dict[GroupKey, bool] = {}
        self._numbers: dict[GroupKey, int] = {}
        self._ready: dict[GroupKey, Ready] = {}
        self._heap: list[Ready] = []  # entries of `_ready`, and some that are no more
        self._number = count()

    def __len__(self) -> int:
        """The number of entries, including those that count no more."""
        return len(self._later) + len(self._heap)

    def set(self, key: GroupKey, at: float, *, is_critical: bool) -> None:
        """The group has its turn then, and at no other time."""
        self._unready(key)
        self._critical[key] = is_critical
        if key not in self._numbers:
            self._numbers[key] = next(self._number)
        self._later.set(key, at)

    def drop(self, key: GroupKey) -> None:
        """The group has no turn any more."""
        self._unready(key)
        self._critical.pop(key, None)
        self._numbers.pop(key, None)
        self._later.drop(key)

    def next(self, mono: float) -> float | None:
        """When the next turn is, which may have come; None where no group has one."""
        return mono if self._ready else self._later.next()

    def take(self, mono: float) -> tuple[float, GroupKey] | None:
        """The most urgent group whose turn has come, and since when. It has none until it is set anew."""
        for at, key in self._later.due(mono):
            entry = (not self._critical[key], at, self._numbers[key], key)
            self._ready[key] = entry
            heapq.heappush(self._heap, entry)
        while self._heap:
            entry = heapq.heappop(self._heap)
            _, at, _, key = entry
            if self._ready.get(key) is entry:
                del self._ready[key]
                return at, key
        return None

    def _unready(self, key: GroupKey) -> None:
        self._ready.pop(key, None)
        if len(self._heap) > FEW + 2 * len(self._ready):  # a target may be dead for days, and news come
            self._heap = list(self._ready.values())
            heapq.heapify(self._heap)
