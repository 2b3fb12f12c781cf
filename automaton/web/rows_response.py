"""Rows that are written as they come.

Law: whoever leaves ends all that went on for it, at once. A generator that is only dropped ends whenever it
is collected, and what it follows goes on until then.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from starlette.responses import StreamingResponse
from starlette.types import Send

T = TypeVar("T")


class RowsResponse(StreamingResponse):
    """Rows as they come, until their reader leaves."""

    async def stream_response(self, send: Send) -> None:
        """Writes them."""
        rows = aiter(self.body_iterator)
        self.body_iterator = rows
        async with left_behind(rows):
            await super().stream_response(send)


@asynccontextmanager
async def left_behind(records: AsyncIterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """Closes the records at the end, where they are a generator."""
    try:
        yield records
    finally:
        close = getattr(records, "aclose", None)
        if close is not None:
            await close()
