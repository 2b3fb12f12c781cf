"""Answers without an end of their own, such as a console that is followed: the daemon's end is theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TypeVar

import anyio
import msgspec

from automaton.web.http_json import write_json
from automaton.web.rows_response import left_behind

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)


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
        async with left_behind(records):
            while True:
                # Only the wait for a record is cancelled, never the writing of one: none is cut in half.
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

    async def written(self, records: AsyncIterator[S], last: S) -> AsyncIterator[bytes]:
        """The same as JSON, a record a line."""
        async with left_behind(self.until_end(records, last)) as rows:
            async for record in rows:
                yield write_json(record) + b"\n"
