"""A thread that computes for long beside the event loop lets that turn first, again and again.

Python's own way is to part its lock every five milliseconds. But a loop gives it up at each socket, and has
it back only then: with thousands of them it comes to one socket in five milliseconds.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

from automaton.pace.clock import Clock

WORKS_FOR = 0.003
"""Seconds from one wait to the next. A wait is some 100 µs where the loop has nothing to do."""

WAITS_FOR = 0.03
"""Seconds at most, for a loop that ends does not turn any more, without saying so. One that has more to do
than it can is waited for in vain each time: then the thread works twice as long as before, until the next
wait, so that it comes to its end."""


def loop_first(clock: Clock) -> Callable[[], object]:
    """What that thread is to call often. It does nothing where the event loop that runs is not asyncio's."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return lambda: None
    return LoopFirst(loop, clock)


class LoopFirst:
    """For one thread, and the loop of another. `waits_for` is in seconds."""

    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Clock, waits_for: float = WAITS_FOR) -> None:
        self._loop = loop
        self._clock = clock
        self._waits_for = waits_for
        self._works_for = WORKS_FOR
        self._since = clock.now().mono

    def __call__(self) -> None:
        """Waits for two turns, where the thread has worked for a while: what came in one, the next judges."""
        if self._clock.now().mono - self._since < self._works_for:
            return
        turned = threading.Event()
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._loop.call_soon, turned.set)
            self._works_for = WORKS_FOR if turned.wait(self._waits_for) else 2 * self._works_for
        self._since = self._clock.now().mono
