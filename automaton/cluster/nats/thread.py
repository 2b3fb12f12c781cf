"""A thread with an event loop and a connection for the logs: those who write them are threads, which wait.

Law: nothing of the daemon's loop runs here, so that a slow turn of an engine delays no append and no lease.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from threading import Lock, Thread
from typing import Any, TypeVar

from automaton.cluster.nats.connection import Access, NatsConnection
from automaton.errors import Unreachable
from automaton.pace.event_loop import new_loop

ENDS_WITHIN = 5.0
"""Seconds that `close` waits for the last that is under way."""

CANCELLED_AGAIN = 0.2
"""Seconds until what did not end is told again that it shall."""

Found = TypeVar("Found")


class NatsThread:
    """Runs from its making until `close`. `on_change` is called in this thread."""

    def __init__(
        self, access: Access, name: str, on_change: Callable[[bool, str], None] = lambda is_up, why: None
    ) -> None:
        self._lock = Lock()
        self._is_closed = False
        self._awaited: set[Future[Any]] = set()
        # uvloop's where it can be had: an append takes a quarter less of the processor.
        self._loop = (new_loop or asyncio.new_event_loop)()
        self._thread = Thread(target=self._loop.run_forever, name="nats", daemon=True)
        self._thread.start()
        self.connection, self._running = self.wait(_begun(access, name, on_change))

    def wait(self, asked: Coroutine[Any, Any, Found]) -> Found:
        """What it gives, or raises, once it is done there. It has to bound itself in time.

        Raises errors.Unreachable once this is closed.
        """
        with self._lock:  # what comes in before `close` is let go by it, and nothing comes in behind it
            if self._is_closed:
                asked.close()
                raise Unreachable("NATS is not asked any more: automaton is ending")
            future: Future[Found] = asyncio.run_coroutine_threadsafe(asked, self._loop)
            self._awaited.add(future)
        try:
            return future.result()
        except CancelledError:
            raise Unreachable("NATS is not asked any more: automaton is ending") from None
        finally:
            self._awaited.discard(future)

    def close(self) -> None:
        """Ends the connection, whatever is under way, and the thread."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
        with suppress(TimeoutError, CancelledError):
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(ENDS_WITHIN)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(ENDS_WITHIN)
        for future in list(self._awaited):  # a connection that could not be closed in time kept them waiting
            future.cancel()
        self._loop.close()

    async def _end(self) -> None:
        """First the connection, which closes what it has; then what is under way, and what nats-py leaves."""
        # Again and again: `wait_for` of Python 3.11 forgets a cancellation that comes as it ends.
        while not self._running.done():
            self._running.cancel()
            await asyncio.wait([self._running], timeout=CANCELLED_AGAIN)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


async def _begun(
    access: Access, name: str, on_change: Callable[[bool, str], None]
) -> tuple[NatsConnection, asyncio.Task[None]]:
    """In the loop in which it runs."""
    connection = NatsConnection(access, name, on_change)
    return connection, asyncio.create_task(connection.run())
