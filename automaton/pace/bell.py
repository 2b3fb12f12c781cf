"""One who waits until somebody rings or a moment comes: the engine, and each of thousands of links.

Within asyncio that is a future and a timer. A scope of anyio's that ends at a deadline says so by an
exception in the task, and takes several times as long; it serves other event loops, those of tests on virtual
time above all.
"""

from __future__ import annotations

import asyncio
from math import inf
from typing import Protocol

import anyio
import anyio.lowlevel


class Bell(Protocol):
    """One task waits for it at a time. Moments are those of the event loop's clock, as `mono`."""

    async def wait(self, until: float) -> None:
        """Returns after `ring`, also one that came before it; else at `until`, or at a moment named before.

        Whoever waits for a moment looks whether it has come.
        """

    def ring(self) -> None:
        """Lets a `wait` return."""

    def ring_at(self, mono: float) -> None:
        """Lets a `wait` return at that moment, if it has not by then."""

    def end(self) -> None:
        """Rings at none of the moments that were named."""


def new_bell() -> Bell:
    """One for the event loop that runs."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return ScopeBell()
    return TimerBell()


class TimerBell:
    """Within asyncio. Of the moments that were named it keeps the first: to come too early costs little."""

    __slots__ = ("_at", "_future", "_is_rung", "_timer")

    def __init__(self) -> None:
        self._future: asyncio.Future[None] | None = None  # of one who waits
        self._is_rung = False
        self._timer: asyncio.TimerHandle | None = None
        self._at = inf

    async def wait(self, until: float) -> None:
        """Gives other tasks their turn, whatever the moment is."""
        if self._is_rung:
            await anyio.lowlevel.checkpoint()
        else:
            self._future = asyncio.get_running_loop().create_future()
            self.ring_at(until)
            try:
                await self._future
            finally:
                self._future = None
        self._is_rung = False

    def ring(self) -> None:
        """Rings now; the next one who waits where nobody does."""
        self._is_rung = True
        self._let_go()

    def ring_at(self, mono: float) -> None:
        """Rings for one who waits then."""
        if mono < self._at:
            self.end()
            self._at = mono
            self._timer = asyncio.get_running_loop().call_at(max(mono, 0.0), self._comes)

    def end(self) -> None:
        """Drops its timer, which would keep it alive."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._at = None, inf

    def _comes(self) -> None:
        self._timer, self._at = None, inf
        self._let_go()

    def _let_go(self) -> None:
        if self._future is not None and not self._future.done():
            self._future.set_result(None)


class ScopeBell:
    """On any event loop that anyio knows."""

    def __init__(self) -> None:
        self._rung = anyio.Event()
        self._nap = anyio.CancelScope()
        self._at = inf

    async def wait(self, until: float) -> None:
        """In a scope that ends at the moment."""
        with anyio.CancelScope(deadline=min(until, self._at)) as self._nap:
            await self._rung.wait()
        if self._rung.is_set():
            self._rung = anyio.Event()
        if self._nap.cancelled_caught and self._nap.deadline == self._at:
            self._at = inf

    def ring(self) -> None:
        """Rings now."""
        self._rung.set()

    def ring_at(self, mono: float) -> None:
        """Ends the scope of one who waits, if that is sooner, or of the next."""
        self._at = min(mono, self._at)
        self._nap.deadline = min(mono, self._nap.deadline)

    def end(self) -> None:
        """Forgets the moment."""
        self._at = inf
