from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.simulator.asgi_connection import AsgiConnection

pytestmark = pytest.mark.anyio


async def echo(request: Request) -> Response:
    body = (await request.body()).decode()
    return PlainTextResponse(f"{request.method} {request.url.query} {body}")


@pytest.fixture
async def peer() -> AsyncIterator[AsgiConnection]:
    app = Starlette(routes=[Route("/echo", echo, methods=["GET", "POST"])])
    async with anyio.create_task_group() as tasks:
        yield AsgiConnection(app, tasks.start_soon)


async def given(peer: AsgiConnection, data: bytes) -> bytes:
    """What is answered to these bytes, once all is done that can be."""
    await peer.give(data)
    await anyio.wait_all_tasks_blocked()
    return peer.take()


async def test_requests_are_answered_one_after_the_other_on_one_connection(peer: AsgiConnection) -> None:
    first = await given(peer, b"GET /echo?a=1 HTTP/1.1\r\nHost: x\r\n\r\n")
    between = await given(peer, b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe")
    last = await given(peer, b"llo")

    assert first.endswith(b"GET a=1 ")
    assert (between, peer.closed) == (b"", False)
    assert last.endswith(b"POST  hello")


async def test_requests_that_come_together_are_answered_in_order(peer: AsgiConnection) -> None:
    both = await given(peer, b"".join(b"GET /echo?%d HTTP/1.1\r\nHost: x\r\n\r\n" % n for n in (1, 2)))

    assert both.index(b"GET 1") < both.index(b"GET 2")


async def test_a_client_that_wants_no_more_is_let_go(peer: AsgiConnection) -> None:
    await given(peer, b"GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert peer.closed


async def test_what_is_no_http_ends_the_connection(peer: AsgiConnection) -> None:
    await given(peer, b"\x16\x03\x01\r\n\r\n")

    assert peer.closed


async def test_head_is_answered_without_a_body_and_the_connection_stays(peer: AsgiConnection) -> None:
    head = await given(peer, b"HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\n")
    after = await given(peer, b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 200")
    assert head.endswith(b"\r\n\r\n")
    assert after.endswith(b"GET  ")
