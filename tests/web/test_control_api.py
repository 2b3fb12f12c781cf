"""The application answers its routes alone, and ends what has no end of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from automaton.web.control_api import ControlApi
from automaton.web.http_json import RequestRefused
from automaton.web.routes import console
from automaton.web.routes.console import ConsoleRecord

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Endless:
    def knows(self, server: str) -> bool:
        return True

    async def console(self, server: str, *, follow: bool) -> AsyncIterator[ConsoleRecord]:
        yield ConsoleRecord(line="one")
        await anyio.sleep_forever()


async def test_a_console_that_is_followed_ends_with_the_daemon() -> None:
    api = ControlApi(console.routes(Endless()))
    told: list[str] = []

    async def follow() -> None:
        transport = httpx.ASGITransport(api.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://automaton") as client:
            told.append((await client.get("/v1/servers/a/console?follow=1")).text)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(follow)
        await anyio.wait_all_tasks_blocked()
        api.end()

    assert told == ['{"line":"one"}\n{"end":"the daemon ends","failed":true}\n']


async def test_a_refusal_of_any_route_is_told_as_json() -> None:
    async def refuse(_: Request) -> Response:
        raise RequestRefused(409, "not now")

    transport = httpx.ASGITransport(ControlApi([Route("/v1/refuse", refuse)]).app)
    async with httpx.AsyncClient(transport=transport, base_url="http://automaton") as client:
        refused, unknown = await client.get("/v1/refuse"), await client.get("/v1/other")

    assert (refused.status_code, refused.json()) == (409, {"problem": "not now"})
    assert unknown.status_code == 404
