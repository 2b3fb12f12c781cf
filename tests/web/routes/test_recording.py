"""A recording is asked for with a size and a time, or with neither."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from automaton.web.routes.recording import PART, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Recorder:
    """Two rows, whoever asks."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, float | None]] = []

    async def stream(self, part: int, seconds: float | None) -> AsyncIterator[bytes]:
        self.asked.append((part, seconds))
        yield b"one\n"
        yield b"two\n"

    async def get(self, query: str) -> httpx.Response:
        async with client_of(routes(self)) as client:
            return await client.get(f"/v1/recording{query}")


async def test_rows_come_as_they_are_recorded() -> None:
    recorder = Recorder()
    answer = await recorder.get("?part=1000&for=2.5")

    assert answer.content == b"one\ntwo\n"
    assert recorder.asked == [(1000, 2.5)]


async def test_without_a_size_and_a_time_there_is_a_size() -> None:
    recorder = Recorder()
    await recorder.get("")

    assert recorder.asked == [(PART, None)]


@pytest.mark.parametrize("query", ["?part=0", "?part=-1", "?part=many", "?for=nan", "?for=inf", "?part="])
async def test_what_is_no_number_above_zero_is_refused(query: str) -> None:
    recorder = Recorder()
    answer = await recorder.get(query)

    assert (answer.status_code, recorder.asked) == (400, [])
    assert "no number above zero" in answer.json()["problem"]
