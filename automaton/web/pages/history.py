"""What each server's readings were lately: an hour closely, a day in means, in memory that never grows.

Kept by the page's process, and gone with it: the page says since when there is any. Where nothing was seen
stands nothing. Law: time is passed in; a clock that is set moves no point against another.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Final

from automaton.core.moment import Moment
from automaton.web.routes.changes import FleetRow

SERIES: Final = ("memory", "cpu", "disk", "players", "rx", "tx")
"""Bytes, percent of one core, bytes, a number, and twice bytes a second."""

FINE_STEP, FINE_SLOTS = 10.0, 360  # seconds, and how many: an hour
COARSE_STEP, COARSE_SLOTS = 150.0, 576  # a day; with the hour 22 kB a server, of the 25 that it may have
GAP_AFTER = 30.0  # seconds between two counts of which a rate is made: behind more, nobody knows when it was
SPANS: Final = {"1h": 3_600.0, "6h": 21_600.0, "24h": 86_400.0}


@dataclass(frozen=True, slots=True)
class Points:
    """`times` are the wall's, at even steps; `series` has a value for each, None where nothing was seen."""

    step: float
    times: Sequence[float]
    series: Mapping[str, Sequence[float | None]]


class ReadingRing:
    """The latest slots of one server; a slot is its number since the clock began, a row all series."""

    __slots__ = ("_last", "_slots", "_values", "step")

    def __init__(self, step: float, slots: int) -> None:
        self.step = step
        self._slots = slots
        self._values = array("f", [nan]) * (slots * len(SERIES))
        self._last = -1

    def put(self, slot: int, row: Sequence[float]) -> None:
        """Sets a slot; those that were left out since the last one are empty."""
        if slot > self._last:
            first = max(self._last + 1, slot - self._slots + 1) if self._last >= 0 else slot
            for skipped in range(first, slot):
                self._set(skipped, EMPTY)
            self._last = slot
        self._set(slot, row)

    def rows(self, first: int, last: int) -> Iterator[Sequence[float]]:
        """The rows of these slots, both included; those that are not kept are empty."""
        for slot in range(first, last + 1):
            is_kept = self._last - self._slots < slot <= self._last
            yield self._values[self._at(slot) : self._at(slot) + len(SERIES)] if is_kept else EMPTY

    def __sizeof__(self) -> int:
        return object.__sizeof__(self) + self._values.__sizeof__()

    def _at(self, slot: int) -> int:
        return slot % self._slots * len(SERIES)

    def _set(self, slot: int, row: Sequence[float]) -> None:
        for offset, value in enumerate(row):
            self._values[self._at(slot) + offset] = value


EMPTY = (nan,) * len(SERIES)


class ServerHistory:
    """One server's. Rates are made here of what was counted since its start."""

    __slots__ = ("_coarse", "_counted", "_fine", "_mean_of", "_means")

    def __init__(self) -> None:
        self._fine = ReadingRing(FINE_STEP, FINE_SLOTS)
        self._coarse = ReadingRing(COARSE_STEP, COARSE_SLOTS)
        self._counted: tuple[float, float, float, float] | None = None  # mono, rx, tx, uptime
        self._mean_of = -1
        self._means = [(0.0, 0)] * len(SERIES)

    def take(self, row: FleetRow, mono: float) -> None:
        """What is known at this moment; nothing of a server without a link."""
        if row.link != "live":
            self._counted = None
            return
        rx, tx = self._rates(row, mono)
        values = [_plain(row.memory), _plain(row.cpu), _plain(row.disk), _plain(row.players), rx, tx]
        self._fine.put(int(mono // FINE_STEP), values)
        slot = int(mono // COARSE_STEP)
        if slot != self._mean_of:
            self._mean_of, self._means = slot, [(0.0, 0)] * len(SERIES)
        for number, value in enumerate(values):
            if not isnan(value):
                total, count = self._means[number]
                self._means[number] = (total + value, count + 1)
        self._coarse.put(slot, [total / count if count else nan for total, count in self._means])

    def points(self, seconds: float, now: Moment) -> Points:
        """The last so many seconds: closely where they are few."""
        ring = self._fine if seconds <= FINE_STEP * FINE_SLOTS else self._coarse
        last = int(now.mono // ring.step)
        first = max(0, last - int(seconds / ring.step) + 1)
        rows = [[None if isnan(value) else value for value in row] for row in ring.rows(first, last)]
        times = [now.wall - (now.mono - slot * ring.step) for slot in range(first, last + 1)]
        return Points(ring.step, times, {name: [row[at] for row in rows] for at, name in enumerate(SERIES)})

    def __sizeof__(self) -> int:
        return object.__sizeof__(self) + self._fine.__sizeof__() + self._coarse.__sizeof__()

    def _rates(self, row: FleetRow, mono: float) -> tuple[float, float]:
        """Bytes a second since the last time; nothing where the counters began anew between the two."""
        before = self._counted
        rx, tx, uptime = _plain(row.rx), _plain(row.tx), _plain(row.uptime)
        self._counted = (mono, rx, tx, uptime)
        if before is None or not 0 < mono - before[0] <= GAP_AFTER or uptime < before[3]:
            return nan, nan
        elapsed = mono - before[0]
        rates = ((rx - before[1]) / elapsed, (tx - before[2]) / elapsed)
        return rates[0] if rates[0] >= 0 else nan, rates[1] if rates[1] >= 0 else nan


class FleetHistory:
    """All servers'. `since` is the wall's time from which on there can be any."""

    def __init__(self, since: float) -> None:
        self.since = since
        self._servers: dict[str, ServerHistory] = {}

    def __len__(self) -> int:
        """Of how many servers something is kept."""
        return len(self._servers)

    def take(self, row: FleetRow, mono: float) -> None:
        """What is known of a server at this moment."""
        self._servers.setdefault(row.uuid, ServerHistory()).take(row, mono)

    def keep_only(self, watched: Mapping[str, FleetRow]) -> None:
        """Forgets those that are not watched any more."""
        for uuid in [uuid for uuid in self._servers if uuid not in watched]:
            del self._servers[uuid]

    def points(self, uuid: str, seconds: float, now: Moment) -> Points:
        """The last so many seconds of a server; all empty for one of which nothing was seen."""
        return self._servers.get(uuid, NOTHING_SEEN).points(seconds, now)


NOTHING_SEEN = ServerHistory()


def _plain(value: float | None) -> float:
    return nan if value is None else float(value)
