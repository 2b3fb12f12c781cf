"""Lines are told as they come, one row a line, to those who ask to follow."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from automaton.web.routes.lines import LineRow, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    def knows(self, server: str) -> bool:
        return server == "a"

    async def lines(self, server: str) -> AsyncIterator[LineRow]:
        yield LineRow()
        yield LineRow(at=1.0, text="hello", source="chat", rules=["greet"])


async def test_lines_are_told_as_rows() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.get("/v1/servers/a/lines?follow=1")

    assert answer.text.splitlines() == ["{}", '{"at":1.0,"text":"hello","source":"chat","rules":["greet"]}']


@pytest.mark.parametrize(
    ("path", "status"), [("/v1/servers/a/lines", 400), ("/v1/servers/b/lines?follow=1", 404)]
)
async def test_nothing_else_is_told_here(path: str, status: int) -> None:
    async with client_of(routes(Daemon())) as client:
        assert (await client.get(path)).status_code == status
