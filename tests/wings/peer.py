"""A peer that says exactly what a test tells it to, byte for byte, behind the real httpx."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpcore
import httpx
from wsproto.connection import Connection, ConnectionType
from wsproto.events import Event, Ping
from wsproto.utilities import generate_accept_token

from automaton.pace.clock import SteadyClock
from automaton.wings.link import Link
from automaton.wings.link_opening import ConnectOptions, opened

URL = "http://node.test/api/servers/a/ws"


class Peer(httpcore.AsyncNetworkStream):
    """The far end. `answer` replaces the upgrade's; None accepts it. Without `pongs` it answers no ping."""

    def __init__(self, answer: bytes | None = None, *, pongs: bool = True, deaf: bool = False) -> None:
        self.request = b""
        self.heard: list[Event] = []
        self.closed = False
        self._answer = answer
        self._pongs = pongs
        self._deaf = deaf
        self._frames = Connection(ConnectionType.SERVER)
        self._out = bytearray()
        self._ended = False
        self._news = anyio.Event()
        self._upgraded = False

    def says(self, *events: Event) -> None:
        for event in events:
            self.sends(self._frames.send(event))

    def sends(self, data: bytes) -> None:
        self._out += data
        self._news.set()

    def turns_deaf(self) -> None:
        """From now on it takes nothing: who writes to it waits."""
        self._deaf = True

    def hangs_up(self) -> None:
        self._ended = True
        self._news.set()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            with anyio.fail_after(timeout):
                while not self._out and not self._ended:
                    self._news = anyio.Event()
                    await self._news.wait()
        except TimeoutError as problem:
            raise httpcore.ReadTimeout from problem
        data, self._out = bytes(self._out[:max_bytes]), self._out[max_bytes:]
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        if self._upgraded:
            if self._deaf:
                await anyio.sleep_forever()
            self._frames.receive_data(buffer)
            for event in self._frames.events():
                self.heard.append(event)
                if isinstance(event, Ping) and self._pongs:
                    self.says(event.response())
            return
        self.request += buffer
        if b"\r\n\r\n" in self.request:
            self._upgraded = True
            self.sends(self._answer if self._answer is not None else accepted(self.request))

    async def aclose(self) -> None:
        self.closed = True

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        return self

    def get_extra_info(self, info: str) -> Any:
        return None


class Backend(httpcore.AsyncNetworkBackend):
    """Every address is the peer; an exception instead is what connecting meets."""

    def __init__(self, peer: Peer | Exception) -> None:
        self.peer = peer

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        if isinstance(self.peer, Exception):
            raise self.peer
        return self.peer


def door_to(
    peer: Peer | Exception | Callable[[], Peer], *, origin: str = "http://panel.test"
) -> ConnectOptions:
    """Where the peer answers; a function gives another one for each connection."""
    tls = ssl.create_default_context()

    def transport(_tls: ssl.SSLContext, _proxy: str | None) -> httpx.AsyncBaseTransport:
        there = peer if isinstance(peer, Peer | Exception) else peer()
        made = httpx.AsyncHTTPTransport(verify=tls, trust_env=False)
        made._pool = httpcore.AsyncConnectionPool(ssl_context=tls, network_backend=Backend(there))
        return made

    return ConnectOptions(origin=origin, tls=tls, allow_plain=True, transport=transport)


@asynccontextmanager
async def linked(peer: Peer) -> AsyncIterator[Link]:
    async with opened(door_to(peer), URL, SteadyClock(0.0)) as link:
        yield link


def accepted(request: bytes, key: bytes | None = None) -> bytes:
    """The answer that opens a websocket."""
    headers = dict(line.split(b": ", 1) for line in request.split(b"\r\n")[1:] if b": " in line)
    lower = {name.lower(): value for name, value in headers.items()}
    token = generate_accept_token(key or lower[b"sec-websocket-key"])
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + token + b"\r\n\r\n"
    )


def refusing(status: int, body: bytes = b"", *headers: bytes) -> bytes:
    lines = [b"HTTP/1.1 %d Because" % status, b"Content-Length: %d" % len(body), *headers, b"", body]
    return b"\r\n".join(lines)
