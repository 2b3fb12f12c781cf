"""The one place that asks what time it is.

Everything else is handed a Moment. Tests on a virtual clock use `SteadyClock`.
"""

from __future__ import annotations

import time
from typing import Protocol

import anyio

from automaton.core.moment import Moment


class Clock(Protocol):
    """Something that can be asked for the time."""

    def now(self) -> Moment:
        """One reading of both clocks."""


class BootClock(Protocol):
    """What leases run on: it never jumps, and goes on while the machine sleeps."""

    def boot(self) -> float:
        """Seconds since some moment before the process began; from any thread."""


_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux's monotonic clock stands still in a suspended machine, where a lease runs out all the same; that of
macOS goes on."""


def thread_seconds() -> float:
    """Processor time that the thread that asks has used, without what it waited for."""
    return time.thread_time()


class SystemClock:
    """The machine's clocks: the monotonic one that event loops go by, and the wall's, which may jump.

    It is asked at every frame, so not by way of the loop. uvloop knows how late it was when its turn began;
    this is later by the turn so far, so what a loop's timer says is due is due here as well.
    """

    def now(self) -> Moment:
        """Both clocks now, from any thread."""
        return Moment(time.monotonic(), time.time())

    def boot(self) -> float:
        """The clock that goes on through suspend."""
        return time.clock_gettime(_BOOT)


class SteadyClock:
    """A wall clock that never jumps: it begins at `wall` and follows the event loop's time.

    On trio's MockClock both readings are virtual.
    """

    def __init__(self, wall: float) -> None:
        self._offset = wall - anyio.current_time()

    def now(self) -> Moment:
        """The event loop's time, and the wall's as far from it as at the start."""
        mono = anyio.current_time()
        return Moment(mono, mono + self._offset)

    def boot(self) -> float:
        """The event loop's time: nobody suspends a virtual machine of this kind."""
        return anyio.current_time()
