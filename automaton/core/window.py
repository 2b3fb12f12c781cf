"""So many within so long: a sliding window that keeps no more moments than it needs."""

from __future__ import annotations

from collections import deque


class Window:
    """The latest `count` matches of the last `within` seconds; `within` None never forgets."""

    __slots__ = ("_count", "_moments", "_within")

    def __init__(self, count: int, within: float | None) -> None:
        self._count = count
        self._within = within
        self._moments: deque[float] = deque(maxlen=count)

    def add(self, mono: float) -> bool:
        """Counts a match. True if the window is full."""
        self._moments.append(mono)
        return self.matches(mono) >= self._count

    def matches(self, mono: float) -> int:
        """How many matches are not yet too old. One exactly `within` seconds old still counts."""
        if self._within is not None:
            while self._moments and mono - self._moments[0] > self._within:
                self._moments.popleft()
        return len(self._moments)

    def clear(self) -> None:
        self._moments.clear()
