"""How long servers were up: time added up by half-hours of a day and by days of a month.

Law: only what was seen counts. Time without a link, or without the daemon, is neither up nor down; it is not
watched. A server that people or rules stopped is off, and not down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from automaton.web.routes.changes import FleetRow

HALF_HOUR, DAY = 1800, 86_400  # seconds
HALF_HOURS, DAYS = 48, 30  # so many are kept of each
LENGTHS = {HALF_HOUR: HALF_HOURS, DAY: DAYS}
MOST_SERVERS = 2_000  # that stand on the public page: some 25 MB, and a page of three
ON_PURPOSE = frozenset({"operator", "automaton"})
"""Values of `stopped_by` after which a server is off because somebody wanted it."""


class Standing(StrEnum):
    """What a server is to those who play on it."""

    UP = "up"
    DOWN = "down"
    OFF = "off"
    UNWATCHED = "unwatched"


@dataclass(slots=True)
class UptimeBucket:
    """Seconds of one half-hour or day; what is missing of it was not watched."""

    up: float = 0.0
    down: float = 0.0
    off: float = 0.0

    def add(self, standing: Standing, seconds: float) -> None:
        """Adds time."""
        match standing:
            case Standing.UP:
                self.up += seconds
            case Standing.DOWN:
                self.down += seconds
            case Standing.OFF:
                self.off += seconds
            case Standing.UNWATCHED:
                pass


@dataclass(frozen=True, slots=True)
class KeptBucket:
    """A bucket as it is written down: of which server, how long, from which moment."""

    server: str
    length: int
    start: int
    bucket: UptimeBucket


class UptimeStore(Protocol):
    """Where buckets outlive the process."""

    async def load(self) -> list[KeptBucket]:
        """All that are kept."""

    async def save(self, buckets: list[KeptBucket], oldest: Mapping[int, int]) -> bool:
        """Writes these in place of what was, and says whether it could.

        Those that began before `oldest`, by length, are forgotten.
        """


class NoStore:
    """Keeps nothing: what was counted ends with the process."""

    async def load(self) -> list[KeptBucket]:
        """None."""
        return []

    async def save(self, buckets: list[KeptBucket], oldest: Mapping[int, int]) -> bool:
        """As if they were written."""
        return True


def standing_of(row: FleetRow, before: Standing) -> Standing:
    """What a server is now. While it starts or stops it is what it was: a restart by plan is no outage."""
    if row.link == "suspended":
        return Standing.OFF
    if row.link != "live" or row.state is None:
        return Standing.UNWATCHED
    if row.state == "running":
        return Standing.UP
    if row.state == "offline":
        return Standing.OFF if row.stopped_by in ON_PURPOSE else Standing.DOWN
    return before if before in (Standing.DOWN, Standing.OFF) else Standing.OFF


class Uptime:
    """Of all servers that are told of. Times are the wall's, in seconds."""

    def __init__(self) -> None:
        self._now: dict[str, tuple[Standing, float]] = {}
        self._buckets: dict[str, dict[tuple[int, int], UptimeBucket]] = {}
        self._touched: set[tuple[str, int, int]] = set()

    def __len__(self) -> int:
        return len(self._now)

    def restore(self, kept: Iterable[KeptBucket]) -> None:
        """What an earlier process wrote."""
        for one in kept:
            self._buckets.setdefault(one.server, {})[one.length, one.start] = one.bucket

    def knows(self, server: str) -> bool:
        """Whether a server is watched."""
        return server in self._now

    def servers(self) -> list[str]:
        """All that are watched."""
        return list(self._now)

    def standing(self, server: str) -> Standing:
        """What a server is now."""
        return self._now.get(server, (Standing.UNWATCHED, 0.0))[0]

    def see(self, server: str, standing: Standing, at: float) -> bool:
        """From now on a server is this. False for one too many, which is not counted."""
        if server not in self._now and len(self._now) >= MOST_SERVERS:
            return False
        self._settle(server, at)
        self._now[server] = (standing, at)
        return True

    def forget(self, server: str, at: float) -> None:
        """A server is not watched any more; what is known of it stays until it is too old."""
        self._settle(server, at)
        self._now.pop(server, None)

    def settle(self, at: float) -> None:
        """Counts up to now, and drops what is too old."""
        for server in self._now:
            self._settle(server, at)
        oldest = oldest_at(at)
        for server, buckets in list(self._buckets.items()):
            for length, start in [one for one in buckets if one[1] < oldest[one[0]]]:
                del buckets[length, start]
                self._touched.discard((server, length, start))
            if not buckets and server not in self._now:
                del self._buckets[server]

    def begin_anew(self, at: float) -> None:
        """The wall's clock was set: what passed since the last count is not known, and is not counted."""
        self._now = {server: (standing, at) for server, (standing, _) in self._now.items()}

    def take_changed(self) -> list[KeptBucket]:
        """Those that changed since this was asked last."""
        touched, self._touched = self._touched, set()
        return [
            KeptBucket(server, length, start, replace(self._buckets[server][length, start]))
            for server, length, start in sorted(touched)
        ]

    def give_back(self, changed: Iterable[KeptBucket]) -> None:
        """They were not written: they count as changed again."""
        for one in changed:
            if (one.length, one.start) in self._buckets.get(one.server, {}):
                self._touched.add((one.server, one.length, one.start))

    def bars(self, server: str, length: int, at: float) -> list[UptimeBucket]:
        """The last buckets of one length, the oldest first, that of now included."""
        known, last = self._buckets.get(server, {}), int(at // length) * length
        starts = range(last - (LENGTHS[length] - 1) * length, last + 1, length)
        return [known.get((length, start), NOTHING) for start in starts]

    def _settle(self, server: str, at: float) -> None:
        standing, since = self._now.get(server, (Standing.UNWATCHED, at))
        if at <= since:  # the wall's clock was set back
            if server in self._now:
                self._now[server] = (standing, at)
            return
        self._now[server] = (standing, at)
        if standing is Standing.UNWATCHED:
            return
        buckets = self._buckets.setdefault(server, {})
        for length in LENGTHS:
            for start, seconds in _split(since, at, length):
                buckets.setdefault((length, start), UptimeBucket()).add(standing, seconds)
                self._touched.add((server, length, start))


NOTHING = UptimeBucket()


def share(buckets: Iterable[UptimeBucket]) -> float | None:
    """The share of up among up and down; None where neither was seen."""
    up = down = 0.0
    for one in buckets:
        up, down = up + one.up, down + one.down
    return up / (up + down) if up + down > 0 else None


def oldest_at(at: float) -> dict[int, int]:
    """When the oldest bucket that is kept began, by length."""
    return {length: int(at // length) * length - (count - 1) * length for length, count in LENGTHS.items()}


def _split(since: float, until: float, length: int) -> Iterator[tuple[int, float]]:
    """A stretch of time by buckets; of one that is longer than is kept, the end: a clock may have jumped."""
    at = max(since, until - length * LENGTHS[length])
    while at < until:
        start = int(at // length) * length
        end = min(until, start + length)
        yield start, end - at
        at = end
