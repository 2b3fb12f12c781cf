"""A stream goes on until it ends or is ended, whichever is first."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import msgspec
import pytest
from starlette.types import Message

from automaton.web.open_streams import OpenStreams, RowsResponse

pytestmark = pytest.mark.anyio


class Row(msgspec.Struct):
    """A record."""

    number: int


async def numbers(*, then_wait: bool) -> AsyncIterator[int]:
    yield 1
    yield 2
    if then_wait:
        await anyio.sleep_forever()


async def test_a_stream_that_ends_by_itself_has_no_last_record() -> None:
    records = OpenStreams().until_end(numbers(then_wait=False), 99)

    assert [one async for one in records] == [1, 2]


async def test_a_stream_that_is_ended_has_one() -> None:
    streams = OpenStreams()
    told: list[int] = []

    async def read() -> None:
        told.extend([one async for one in streams.until_end(numbers(then_wait=True), 99)])

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        await anyio.wait_all_tasks_blocked()
        streams.end()

    assert told == [1, 2, 99]


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
