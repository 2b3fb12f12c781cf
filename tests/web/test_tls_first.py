"""Connections that have yet to agree on TLS, over real sockets: each has its place, and makes way."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from automaton.own_certificate import own_tls
from automaton.web.connection_room import ConnectionRoom
from automaton.web.listener import listening_at, serve
from automaton.web.tls_first import TlsFirst
from tests.test_own_certificate import issued

pytestmark = pytest.mark.anyio
ASKED = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    """Says by which scheme it was asked."""
    await PlainTextResponse(f"hello by {scope['scheme']}")(scope, receive, send)


@asynccontextmanager
async def serving(folder: Path, room: ConnectionRoom) -> AsyncIterator[int]:
    """The port of a page by TLS, with room for so many."""
    certificate, key = issued(folder, "a")
    with listening_at("127.0.0.1", 0) as listener:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(
                lambda: serve(hello, listener, room=room, keeps=True, tls=own_tls(certificate, key))
            )
            yield listener.getsockname()[1]
            tasks.cancel_scope.cancel()


async def answered(port: int) -> str:
    """The end of what is answered to a browser, which sends its request with the end of the handshake."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with anyio.fail_after(10):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
        writer.write(ASKED)
        await reader.readuntil(b"\r\n\r\n")
        said = await reader.read(100)
        writer.transport.abort()
        return said.decode()


async def test_who_never_begins_makes_way_for_who_does(tmp_path: Path) -> None:
    """A thousand of them would else hold all descriptors that the page has, for a minute each."""
    room = ConnectionRoom(4, 4)
    async with serving(tmp_path, room) as port:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(9)]
        said = await answered(port)
        held = len(room)
        for _, writer in silent:
            writer.transport.abort()

    assert said == "hello by https"
    assert held <= 4


async def test_who_speaks_no_tls_is_gone_and_leaves_its_place(tmp_path: Path) -> None:
    room = ConnectionRoom(4, 4)
    async with serving(tmp_path, room) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ASKED)
        with anyio.fail_after(10):
            said = await reader.read()
        writer.transport.abort()
        said_then = await answered(port)

    assert b"hello" not in said
    assert said_then == "hello by https"


class Hasty(TlsFirst):
    """Waits for nobody."""

    agreed_within = 0.01


async def test_who_does_not_agree_in_time_is_gone_though_there_is_room(tmp_path: Path) -> None:
    certificate, key = issued(tmp_path, "a")
    Hasty.tls, Hasty.room = own_tls(certificate, key), ConnectionRoom(4, 4)
    server = await asyncio.get_running_loop().create_server(Hasty, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
        with anyio.fail_after(10):
            said = await reader.read()
        writer.transport.abort()

    assert said == b""
    assert len(Hasty.room) == 0
