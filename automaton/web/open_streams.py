"""Answers without an end of their own, such as a console that is followed: the daemon's end is theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TypeVar

import anyio

T = TypeVar("T")


class OpenStreams:
    """The streams of one application that wait for their next record; kept in its `state.open_streams`."""

    def __init__(self) -> None:
        self._waits: set[anyio.CancelScope] = set()

    def end(self) -> None:
        """Ends all of them, each with its last record."""
        for wait in self._waits:
            wait.cancel()

    async def until_end(self, records: AsyncIterator[T], last: T) -> AsyncIterator[T]:
        """The records as they come; `last` in place of the rest when `end` is called first."""
        while True:
            # Only the wait for a record is cancelled, never the writing of one: no record is cut in half.
            with anyio.CancelScope() as wait:
                self._waits.add(wait)
                try:
                    record = await anext(records, None)
                finally:
                    self._waits.discard(wait)
            if wait.cancelled_caught:
                yield last
                return
            if record is None:
                return
            yield record
