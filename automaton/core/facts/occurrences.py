"""When something was last seen, and how often lately: behind `age`, `seen`, `crashes` and `starts`.

Ages run in watched time: while nobody watches they stand still. What was not seen yet is at least as old as
the time watched. Counts slide by real time; if something may have been missed they are lower bounds.
"""

from __future__ import annotations

from math import inf
from typing import Any

from automaton.core.schedule.wall_time import WallTime
from automaton.core.truth import TICK, Value

MOST = 600
"""Moments kept of one thing: a day's worth of something that comes every 144 s."""


class Ages:
    """By name, since when it was not seen, in watched time, and whether its age is only a lower bound."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[float, bool]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._since

    def __bool__(self) -> bool:
        return bool(self._since)

    def keep(self, names: frozenset[str], seen: float) -> None:
        """Sets the names that are kept. A new one counts as not seen yet; others are forgotten."""
        self._since = {name: self._since.get(name, (seen, True)) for name in names}

    def note(self, name: str, seen: float) -> None:
        """Notes that it came now, in watched time."""
        self._since[name] = (seen, False)

    def miss(self, seen: float) -> None:
        """Makes all ages lower bounds from now on, for any of them may have come unseen."""
        self._since = dict.fromkeys(self._since, (seen, True))

    def age(self, name: str, seen: float) -> Value:
        """Its age at a watched time. A name that is not kept is at least 0 old."""
        since, is_bound = self._since.get(name, (seen, True))
        return Value(seen - since, slope=1.0, at_least=is_bound)

    def within(self, name: str, seconds: float, seen: float, mono: float) -> Value:
        """Whether it came in the last `seconds`; exactly that long ago still counts."""
        since, is_bound = self._since.get(name, (seen, True))
        left = seconds - (seen - since)
        if left < 0:
            return Value(False)
        return Value(None if is_bound else True, until=mono + left + TICK)

    def dump(self) -> dict[str, Any]:
        """Plain data, in watched seconds."""
        return {name: list(since) for name, since in self._since.items()} if self._since else {}

    def load(self, data: dict[str, Any]) -> None:
        """Restores what `dump` returned."""
        self._since = {name: (since, is_bound) for name, (since, is_bound) in data.items()}


class Watched:
    """Since when no start and no crash was missed. What came before we first watched counts as no loss.

    A process that has run for longer than we were blind proves that none came meanwhile.
    """

    def __init__(self) -> None:
        self._since: float | None = None
        # Nothing was missed from the first `mono` to the second; then came a gap.
        self._before: tuple[float, float] | None = None
        self.asks = False  # whether the next reading may prove that the gap hid nothing

    def begin(self, mono: float) -> None:
        """Begins to watch, if nobody does."""
        if self._since is None:
            self._since = mono if self._before is not None else -inf
            self.asks = True

    def end(self, mono: float) -> None:
        """Ceases to watch: a gap begins."""
        if self._since is not None:
            self._before, self._since = (self._since, mono), None

    def miss(self, mono: float) -> None:
        """Makes a gap of no length, for something was lost just now."""
        if self._since is not None:
            self.end(mono)
            self.begin(mono)

    def ran(self, mono: float, uptime: float) -> bool:
        """Takes the uptime of a running process. True if it proves that less was missed."""
        if not self.asks or self._since is None:
            return False
        began = mono - uptime
        # It began before the gap, so the gap hid no start: the time before it joins that after it.
        if self._before is not None and began <= self._before[1]:
            began = min(began, self._before[0])
        self.asks = False
        if began >= self._since:
            return False
        self._since = began
        return True

    def since(self) -> float:
        """The `mono` since which nothing was missed; infinite while nobody watches."""
        return self._since if self._since is not None else inf

    def dump(self, wall_time: WallTime) -> list[Any] | None:
        """Plain data. Nobody watches from now on, so a gap begins here."""
        before = self._before if self._since is None else (self._since, wall_time.now.mono)
        return [wall_time.wall(mono) for mono in before] if before is not None else None

    def load(self, data: list[Any] | None, wall_time: WallTime) -> None:
        """Restores what `dump` returned; `begin` ends the gap."""
        if data is not None:
            self._before = (wall_time.mono(data[0], -inf), wall_time.mono(data[1]))


class Counts:
    """The moments at which something came."""

    def __init__(self) -> None:
        self._moments: list[float] | None = None  # until it comes for the first time

    def note(self, mono: float) -> None:
        """Notes that it came now."""
        self._keep([mono])

    def within(self, seconds: float, watched: Watched, mono: float) -> Value:
        """How often it came in the last `seconds`; a lower bound if not all of them were watched."""
        counted = [moment for moment in self._moments or () if mono - moment <= seconds]
        whole_at = watched.since() + seconds
        is_bound = mono < whole_at or len(counted) == MOST
        leaves = counted[0] + seconds + TICK if counted else inf
        until = min(leaves, whole_at) if mono < whole_at else leaves
        return Value(len(counted), max(until, mono + TICK), at_least=is_bound)

    def dump(self, wall_time: WallTime) -> list[Any]:
        """Plain data, moments as wall."""
        return [wall_time.wall(moment) for moment in self._moments or ()]

    def load(self, data: list[Any], wall_time: WallTime) -> None:
        """Restores what `dump` returned."""
        if data:
            self._keep([wall_time.mono(wall) for wall in data])

    def _keep(self, moments: list[float]) -> None:
        self._moments = [*(self._moments or ()), *moments][-MOST:]
