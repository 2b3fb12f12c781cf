"""What a person asked for is on disk before the person is told that it is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio

from automaton.core.events import Event

WAITS_AT_MOST = 5.0
"""Seconds: who asked is answered all the same where the engine or the disk is busy; the log says the rest."""


class Confirmations:
    """Remembers what was `put` until it is judged. `written` waits for the disk.

    For what people want alone, which no queue drops: what is dropped would be waited for for ever.
    """

    def __init__(self, put: Callable[[Event], None], written: Callable[[], Awaitable[object]]) -> None:
        self._put = put
        self._written = written
        self._waiting: dict[int, Event] = {}
        self._judged = anyio.Event()

    def put(self, event: Event) -> None:
        """Queues what a person wants."""
        self._waiting[id(event)] = event
        self._put(event)

    def after(self, event: Event) -> None:
        """To be called with each event when it was judged; readings and lines are wanted by nobody."""
        if self._waiting and self._waiting.pop(id(event), None) is not None and not self._waiting:
            self._judged.set()

    async def confirmed(self) -> None:
        """Returns when all that was put so far is judged and on disk, or after `WAITS_AT_MOST`."""
        with anyio.move_on_after(WAITS_AT_MOST):
            while self._waiting:
                if self._judged.is_set():  # else another waits for it too
                    self._judged = anyio.Event()
                await self._judged.wait()
            await self._written()
