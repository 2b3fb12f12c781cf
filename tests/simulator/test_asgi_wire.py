from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from automaton.simulator.asgi_wire import AppWire

pytestmark = pytest.mark.anyio


async def echo(request: Request) -> Response:
    body = (await request.body()).decode()
    return PlainTextResponse(f"{request.method} {request.url.query} {body}")


def wire() -> AppWire:
    return AppWire(Starlette(routes=[Route("/echo", echo, methods=["GET", "POST"])]))


async def test_requests_are_answered_one_after_the_other_on_one_connection() -> None:
    peer = wire()

    await peer.give(b"GET /echo?a=1 HTTP/1.1\r\nHost: x\r\n\r\n")
    first = peer.take()
    await peer.give(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe")
    between = peer.take()
    await peer.give(b"llo")

    assert first.endswith(b"GET a=1 ")
    assert between == b""
    assert peer.take().endswith(b"POST  hello")
    assert not peer.closed


async def test_a_client_that_wants_no_more_is_let_go() -> None:
    peer = wire()

    await peer.give(b"GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert peer.closed


async def test_what_is_no_http_ends_the_connection() -> None:
    peer = wire()

    await peer.give(b"\x16\x03\x01\r\n\r\n")

    assert peer.closed
