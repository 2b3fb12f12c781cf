"""The event loop of the daemon: uvloop's where it can be had, with timers that rest until they are due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from math import ceil
from typing import Any, TypeVarTuple, Unpack

_Arguments = TypeVarTuple("_Arguments")

try:
    import uvloop
except ImportError:  # asyncio's own, then, whose timers are as fine as the clock
    new_loop: Callable[[], asyncio.AbstractEventLoop] | None = None
else:

    class RestingLoop(uvloop.Loop):
        """uvloop's, but a timer comes at the first millisecond at which it is due, and not at the nearest.

        uvloop counts in whole milliseconds. anyio, whose timer came half a one too early, asks for another
        at once, and again: the loop turned without rest until the next millisecond, some 25 times for each
        deadline, and each took twice the processor time.
        """

        def call_at(
            self,
            when: float,
            callback: Callable[[Unpack[_Arguments]], object],
            *args: *_Arguments,
            context: Context | None = None,
        ) -> asyncio.TimerHandle:
            """As any loop's."""
            delay = ceil((when - self.time()) * 1000) / 1000
            return self.call_later(delay, callback, *args, context=context)

    new_loop = RestingLoop


def fast_loop() -> dict[str, Any]:
    """The `backend_options` of anyio: uvloop wherever there is one, asyncio's own loop elsewhere."""
    return {} if new_loop is None else {"loop_factory": new_loop}
