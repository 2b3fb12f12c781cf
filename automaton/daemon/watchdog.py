"""Whether the watchdog is fed: only while work is done. Pure: it is told what waits, and when.

That the loop turns proves little. A loop that stands feeds nothing by itself; beyond that, no server's
events may wait untaken. Then systemd is not told that all is well, and ends and starts the daemon.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

STOOD = 15.0
"""Seconds between two looks from which on the loop stood; WatchdogSec of the unit is the same."""

UNSERVED = 60.0
"""Seconds that a server's events may wait while none of them is taken. Queues are taken in turn, so that
even the fullest fleet waits for less than one."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found.

    `stood` is for how long the loop did not turn, 0.0 where that was short. `unserved` are the servers whose
    events nobody takes, each with the seconds since one was: the watchdog is fed only where there are none.
    """

    stood: float = 0.0
    unserved: tuple[tuple[str, float], ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether the watchdog may be fed."""
        return not self.unserved


class Watchdog:
    """Compares the queues with how they were at the looks before.

    `last` is what the last look found; `stood` counts those that found a loop that had stood.
    """

    __slots__ = ("_looked", "_seen", "last", "stood")

    def __init__(self) -> None:
        self.last = Look()
        self.stood = 0
        self._looked: float | None = None
        self._seen: dict[str, tuple[int, float]] = {}  # how many were taken, and since when so many

    def look(self, mono: float, waiting: Iterable[tuple[str, int]]) -> Look:
        """`waiting` are the servers with events that wait, each with how many were taken so far."""
        between = mono - self._looked if self._looked is not None else 0.0
        self._looked = mono
        stood = between if between >= STOOD else 0.0
        seen: dict[str, tuple[int, float]] = {}
        for server, taken in waiting:
            before = self._seen.get(server)
            since = before[1] if before is not None and before[0] == taken else mono
            # While the loop stood nobody could take anything: that is told as what it is.
            seen[server] = (taken, since + stood)
        self._seen = seen
        unserved = ((server, mono - since) for server, (_, since) in seen.items() if mono - since >= UNSERVED)
        self.stood += stood > 0.0
        self.last = Look(stood, tuple(sorted(unserved, key=lambda one: -one[1])))
        return self.last
