"""When something was last seen, and how often of late: what `age`, `seen`, `crashes` and `starts` say.

Ages run in seen time: while nobody watches, they stand still. What was not seen yet is at least as old
as we have watched. Counts slide by real time; where something may have been missed they are lower bounds.
"""

from __future__ import annotations

from collections import deque
from math import inf
from typing import Any

from automaton.core.schedule.wall_time import WallTime
from automaton.core.truth import TICK, Value

MOST = 600
"""Moments that are kept of one thing: as many as a day has of something that comes every 144 s."""


class Ages:
    """Since when, in seen seconds, by name. True beside it: at least so long."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[float, bool]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._since

    def __bool__(self) -> bool:
        return bool(self._since)

    def keep(self, names: frozenset[str], seen: float) -> None:
        """These from now on: what is new was not seen since now, what is not named is forgotten."""
        self._since = {name: self._since.get(name, (seen, True)) for name in names}

    def note(self, name: str, seen: float) -> None:
        self._since[name] = (seen, False)

    def miss(self, seen: float) -> None:
        """Any of them may have come up to now, and nobody saw it."""
        self._since = dict.fromkeys(self._since, (seen, True))

    def age(self, name: str, seen: float) -> Value:
        """While it is watched. A name that is not kept is at least nothing."""
        since, is_bound = self._since.get(name, (seen, True))
        return Value(seen - since, slope=1.0, at_least=is_bound)

    def within(self, name: str, seconds: float, seen: float, mono: float) -> Value:
        """Whether it came in the last so many seconds, of which the last one still counts."""
        since, is_bound = self._since.get(name, (seen, True))
        left = seconds - (seen - since)
        if left < 0:
            return Value(False)
        return Value(None if is_bound else True, until=mono + left + TICK)

    def dump(self) -> dict[str, Any]:
        return {name: list(since) for name, since in self._since.items()}

    def load(self, data: dict[str, Any]) -> None:
        self._since = {name: (since, is_bound) for name, (since, is_bound) in data.items()}


class Watched:
    """Since when no start and no crash was missed. What came before we first watched is no loss of ours.

    A process that has run for longer than we were blind proves that none came meanwhile.
    """

    def __init__(self) -> None:
        self._since: float | None = None
        self._before: tuple[float, float] | None = None  # whole since, up to this gap
        self.asks = False  # for the proof: whether a reading may still bring it

    def begin(self, mono: float) -> None:
        if self._since is None:
            self._since = mono if self._before is not None else -inf
            self.asks = True

    def end(self, mono: float) -> None:
        if self._since is not None:
            self._before, self._since = (self._since, mono), None

    def miss(self, mono: float) -> None:
        """Something was lost just now."""
        if self._since is not None:
            self.end(mono)
            self.begin(mono)

    def ran(self, mono: float, uptime: float) -> bool:
        """A process is up, and has been for so long. True if that proves anything."""
        if not self.asks or self._since is None:
            return False
        began = mono - uptime
        if self._before is not None and began <= self._before[1]:
            began = min(began, self._before[0])
        self.asks = False
        if began >= self._since:
            return False
        self._since = began
        return True

    def since(self) -> float:
        """Never, while nobody watches."""
        return self._since if self._since is not None else inf

    def dump(self, wall_time: WallTime) -> list[Any] | None:
        """Nobody watches from now on."""
        before = self._before if self._since is None else (self._since, wall_time.now.mono)
        return [wall_time.wall(mono) for mono in before] if before is not None else None

    def load(self, data: list[Any] | None, wall_time: WallTime) -> None:
        if data is not None:
            self._before = (wall_time.mono(data[0], -inf), wall_time.mono(data[1]))


class Counts:
    """The moments at which something came."""

    def __init__(self) -> None:
        self._moments: deque[float] = deque(maxlen=MOST)

    def note(self, mono: float) -> None:
        self._moments.append(mono)

    def within(self, seconds: float, watched: Watched, mono: float) -> Value:
        """How often in the last so many seconds; a lower bound where not all of them were watched."""
        counted = [moment for moment in self._moments if mono - moment <= seconds]
        whole_at = watched.since() + seconds
        is_bound = mono < whole_at or len(counted) == MOST
        leaves = counted[0] + seconds + TICK if counted else inf
        until = min(leaves, whole_at) if mono < whole_at else leaves
        return Value(len(counted), max(until, mono + TICK), at_least=is_bound)

    def dump(self, wall_time: WallTime) -> list[Any]:
        return [wall_time.wall(moment) for moment in self._moments]

    def load(self, data: list[Any], wall_time: WallTime) -> None:
        self._moments.extend(wall_time.mono(wall) for wall in data)
