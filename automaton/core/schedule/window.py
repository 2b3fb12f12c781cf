"""A sliding window, for `count` and `within`, that keeps no more moments than it needs."""

from __future__ import annotations

from collections.abc import Hashable

from automaton.core.schedule.wall_time import WallTime


class Window:
    """The latest `count` matches of the last `within` seconds; a `within` of None never forgets.

    If matches have a value (`distinct`), different values are counted, each at its latest moment.
    """

    __slots__ = ("_count", "_moments", "_turn", "_within")

    def __init__(self, count_: int, within: float | None) -> None:
        self._count = count_
        self._within = within
        self._moments: dict[Hashable, float] = {}  # the oldest first
        self._turn = 0

    def add(self, mono: float, value: Hashable = None) -> bool:
        """Counts a match. True if the window is full."""
        entry = self._next() if value is None else value
        self._moments.pop(entry, None)
        self._moments[entry] = mono
        self._keep(self._count)
        return self.matches(mono) >= self._count

    def matches(self, mono: float) -> int:
        """How many are not too old; exactly `within` seconds old still counts.

        Changes nothing: those who only look on ask too, and their moment may be later than the engine's.
        """
        within = self._within
        if within is None:
            return len(self._moments)
        return sum([mono - at <= within for at in self._moments.values()])

    def clear(self) -> None:
        """Forgets all matches."""
        self._moments.clear()

    def change(self, count_: int, within: float | None) -> None:
        """Sets other numbers, and keeps the matches that these leave."""
        self._count, self._within = count_, within
        self._keep(count_)

    def dump(self, wall_time: WallTime) -> list[list[object]]:
        """Plain data: each moment as wall, with its value if it has one."""
        return [
            [wall_time.wall(mono), None if isinstance(value, tuple) else value]
            for value, mono in self._moments.items()
        ]

    def load(self, data: list[list[object]], wall_time: WallTime) -> None:
        """Restores what `dump` returned. What is too old by now is dropped at the next look."""
        for wall, value in data[-self._count :]:
            entry: Hashable = self._next() if value is None else str(value)
            self._moments[entry] = wall_time.mono(wall)

    def _next(self) -> Hashable:
        """What no other match is called, nor any value."""
        self._turn += 1
        return (self._turn,)

    def _keep(self, most: int) -> None:
        while len(self._moments) > most:
            del self._moments[next(iter(self._moments))]
