"""A stream goes on until it ends or is ended, whichever is first."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import pytest

from automaton.web.open_streams import OpenStreams

pytestmark = pytest.mark.anyio


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
