"""Rows are written until their reader leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
from starlette.types import Message

from automaton.web.open_streams import OpenStreams
from automaton.web.rows_response import RowsResponse

pytestmark = pytest.mark.anyio


class Row(msgspec.Struct):
    """A record."""

    number: int


async def test_whoever_leaves_ends_what_went_on_for_it_at_once() -> None:
    ended: list[str] = []

    async def records() -> AsyncIterator[Row]:
        try:
            while True:
                yield Row(1)
        finally:
            ended.append("followed no more")

    async def leave(message: Message) -> None:
        if message["type"] == "http.response.body":
            raise OSError("the reader has left")

    response = RowsResponse(OpenStreams().written(records(), Row(99)))
    with pytest.raises(OSError, match="left"):
        await response.stream_response(leave)

    assert ended == ["followed no more"]
