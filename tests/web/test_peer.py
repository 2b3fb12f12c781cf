"""Who asks over the control socket is known by the kernel's word, and who asks nothing has to go."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from anyio.from_thread import start_blocking_portal
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from uvicorn.server import ServerState

from automaton.web.connection_room import ConnectionRoom
from automaton.web.listener import listening, serve
from automaton.web.peer import ASKS_WITHIN, READS_WITHIN, SOME, PeerProtocol, user_of


async def whoami(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.client.host if request.client is not None else "nobody")


@contextmanager
def client(path: Path) -> Iterator[httpx.Client]:
    """Of a server that says who asks."""
    app = Starlette(routes=[Route("/", whoami)])
    with start_blocking_portal() as portal, listening(path) as listener:
        serving = portal.start_task_soon(serve, app, listener)
        transport = httpx.HTTPTransport(uds=str(path))
        with httpx.Client(transport=transport, base_url="http://automaton") as asking:
            yield asking
        serving.cancel()


@pytest.mark.skipif(not hasattr(socket, "SO_PEERCRED"), reason="only Linux tells")
def test_the_user_behind_a_unix_socket_is_told(tmp_path: Path) -> None:
    with client(tmp_path / "control.sock") as asking:
        assert asking.get("/").text == f"uid {os.getuid()}"


def test_nobody_is_told_of_another_kind_of_socket() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        assert user_of(other) == ""


class Loop(asyncio.SelectorEventLoop):
    """Its time is told; what would happen later is due when it has come."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def time(self) -> float:
        return self.seconds

    def turn(self, seconds: float = 0.0) -> None:
        """So much time passes, and whatever can happen by then happens."""
        self.seconds += seconds
        for _ in range(20):
            self.call_soon(self.stop)
            self.run_forever()


class Wire(asyncio.Transport):
    """A connection that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.unread = 0
        self.closed = False

    def get_write_buffer_size(self) -> int:
        return self.unread

    def abort(self) -> None:
        self.closed = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def resume_reading(self) -> None: ...

    def pause_reading(self) -> None: ...


@pytest.mark.parametrize(
    ("takes", "has_to_go"), [(0, True), (SOME // 2, True), (SOME, False), (4 * SOME, False)]
)
def test_whoever_lets_an_answer_wait_takes_some_of_it_or_goes(
    loop: Loop, wire: Wire, protocol: PeerProtocol, takes: int, has_to_go: bool
) -> None:
    protocol.room = ConnectionRoom(9, 9)
    protocol.data_received(b"GET /hangs HTTP/1.1\r\nHost: a\r\n\r\n")
    loop.turn()
    wire.unread = 100 * SOME
    protocol.pause_writing()
    for _ in range(3):
        wire.unread -= takes
        loop.turn(READS_WITHIN + 0.1)

    assert wire.closed == has_to_go


def test_who_has_read_it_all_has_time_again(loop: Loop, wire: Wire, protocol: PeerProtocol) -> None:
    protocol.room = ConnectionRoom(9, 9)
    protocol.data_received(b"GET /hangs HTTP/1.1\r\nHost: a\r\n\r\n")
    loop.turn()
    wire.unread = SOME
    protocol.pause_writing()
    loop.turn(READS_WITHIN - 1)
    protocol.resume_writing()
    protocol.pause_writing()
    loop.turn(READS_WITHIN - 1)

    assert wire.closed is False


async def hangs(_: Request) -> PlainTextResponse:
    await asyncio.Event().wait()
    return PlainTextResponse("never")


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.turn()
    loop.close()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def protocol(loop: Loop, wire: Wire) -> PeerProtocol:
    """A connection that was just made."""
    app = Starlette(routes=[Route("/", whoami), Route("/hangs", hangs)])
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
    config.load()
    protocol = PeerProtocol(config, ServerState(), {}, loop)
    protocol.connection_made(wire)
    return protocol


def test_who_asks_nothing_has_to_go(loop: Loop, wire: Wire, protocol: PeerProtocol) -> None:
    loop.turn(ASKS_WITHIN - 1)
    assert not wire.closed

    protocol.data_received(b"GET / HTTP/1.1\r\nX-Slow: a")
    loop.turn(1.1)
    assert wire.closed


def test_after_an_answer_bytes_without_a_request_give_no_time(
    loop: Loop, wire: Wire, protocol: PeerProtocol
) -> None:
    loop.turn(5)
    protocol.data_received(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    loop.turn()
    for letter in b"GET / HTT":
        loop.turn(1.0)
        protocol.data_received(bytes([letter]))
    assert wire.written.startswith(b"HTTP/1.1 200")
    assert not wire.closed

    loop.turn(1.1)
    assert wire.closed


def test_who_waits_for_an_answer_may_wait(loop: Loop, wire: Wire, protocol: PeerProtocol) -> None:
    protocol.data_received(b"GET /hangs HTTP/1.1\r\nHost: a\r\n\r\n")
    loop.turn(10 * ASKS_WITHIN)

    assert not wire.closed
