"""The event loop of the daemon: uvloop's where it can be had, with timers that rest until they are due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from math import floor
from typing import TypeVarTuple

try:
    import uvloop
except ImportError:  # asyncio's own, then, whose timers are as fine as the clock
    new_loop: Callable[[], asyncio.AbstractEventLoop] | None = None
else:
    _Arguments = TypeVarTuple("_Arguments")

    class RestingLoop(uvloop.Loop):
        """uvloop's, but a timer comes at the first millisecond at which it is due, and not at the nearest.

        uvloop counts in whole milliseconds. anyio, whose timer came up to half of one too early, asks for
        another at once, and again: the loop turned without rest until the next millisecond, some 25 times for
        each deadline, and each took twice the processor time.
        """

        def call_at(
            self,
            when: float,
            callback: Callable[[*_Arguments], object],
            *args: *_Arguments,
            context: Context | None = None,
        ) -> asyncio.TimerHandle:
            """As any loop's."""
            now = self.time()
            if not when - now < VERY_FAR:  # never, or what is no number
                return super().call_at(when, callback, *args, context=context)
            return self.call_later(resting(now, when), callback, *args, context=context)

    new_loop = RestingLoop

VERY_FAR = 1e9
"""Seconds. uvloop itself waits for no longer than a year."""


def resting(now: float, when: float) -> float:
    """The seconds, in whole milliseconds, after which a clock that counts in these says `when` or later."""
    begin = round(now * 1000)
    end = max(begin, floor(max(when, now) * 1000))
    while end / 1000 < when:
        end += 1
    return (end - begin) / 1000


def fast_loop() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The `backend_options` of anyio: uvloop wherever there is one, asyncio's own loop elsewhere."""
    return {} if new_loop is None else {"loop_factory": new_loop}
