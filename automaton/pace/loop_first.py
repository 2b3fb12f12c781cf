"""A thread that computes for long beside the event loop lets that turn first, again and again.

Python's own way is to part its lock every five milliseconds. But a loop gives it up at each socket, and may
have it back only then: at the worst it comes to one socket in five milliseconds.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

from automaton.pace.clock import thread_seconds

WORKS_FOR = 0.003
"""Seconds of processor time from one wait to the next. A loop with nothing to do turns in 100 µs."""

WAITS_FOR = 0.03
"""Seconds at most. A loop with more to do than it can is waited for in vain each time: the thread then takes
eleven times as long, and comes to its end. And a loop that ends turns no more, without saying so."""


def loop_first() -> Callable[[], object]:
    """What that thread is to call often. It does nothing where the event loop that runs is not asyncio's."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return lambda: None
    return LoopFirst(loop)


class LoopFirst:
    """For one thread, and the loop of another.

    `worked` tells the processor time of the thread that asks; `waits_for` is in seconds.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        worked: Callable[[], float] = thread_seconds,
        waits_for: float = WAITS_FOR,
    ) -> None:
        self._loop = loop
        self._worked = worked
        self._waits_for = waits_for
        self._since: float | None = None

    def __call__(self) -> None:
        """Waits for two turns, where the thread has worked for a while: what came in one, the next judges."""
        worked = self._worked()
        if self._since is None:
            self._since = worked
        if worked - self._since < WORKS_FOR:
            return
        self._since = worked
        turned = threading.Event()
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._loop.call_soon, turned.set)
            turned.wait(self._waits_for)
