"""The way of all HTTP to the network: bytes counted as they come, heads bounded, encodings refused.

What is here stands below the client, so that nothing an answer holds is looked at before it is bounded:
httpx itself would undo any Content-Encoding, read each Location and each cookie, and wait for a head
for as long as it grows.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import anyio
import httpcore
import httpx

from automaton.pace.acting_lease import present_call

MOST_OF_A_HEAD = 128 * 1024
"""Bytes up to the end of the head, with every `1xx` before it. h11 takes no single head over 100 KiB."""

CONNECTIONS = 8  # to one Panel or node: Wings answers most within milliseconds
MOST_HEADERS = 200  # a Panel behind three proxies sends some 40
MOST_PIECES = 20_000
"""Chunks, or reads, that a body may come in: 8 MiB in segments of a slow line are 6,000."""

DELIVERED_WITHIN = 20.0
"""Seconds after which the system gives up a connection that does not acknowledge an action's bytes. It would
go on for minutes, also with one that we have closed, and another may act on the server by then."""

_FRAMING = 1.05  # chunks of 2 KiB, as Go writes them, cost a two hundredth
_READ_AT_ONCE = 16 * 1024  # bytes: between two reads the loop turns, and a thousand small chunks take 20 ms

# httpcore lets both through once the handshake is over: a record that nobody with the key wrote, which any
# machine on the way can send, and what is written after one.
_BROKEN_TLS = (ssl.SSLError, anyio.EndOfStream)

ANYIO_STREAM = "anyio_stream"
"""By this name `get_extra_info` gives anyio's stream under a connection, None where there is none."""

Transport = httpx.AsyncBaseTransport
"""What carries requests: sockets, or what stands for them in a test."""


class TooMuch(httpcore.ReadError):
    """More came than an answer may hold."""


class Exchange:
    """One request and its answer, in bytes that came."""

    __slots__ = ("_left", "most")

    def __init__(self, most: int) -> None:
        """`most`: bytes of the body."""
        self.most = most
        self._left: float = MOST_OF_A_HEAD

    def head_is_over(self) -> None:
        """What comes from now on is the body."""
        self._left += self.most * _FRAMING

    def end(self) -> None:
        """Nothing more is wanted: the next read raises TooMuch."""
        self._left = 0.0

    def came(self, count: int) -> None:
        """Counts bytes. Raises TooMuch beyond the bound."""
        self._left -= count
        if self._left < 0:
            raise TooMuch("the answer is larger than it may be")


_EXCHANGE: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


@contextmanager
def exchange(most: int) -> Iterator[Exchange]:
    """What is read in this block, in this task, is one answer with at most so many bytes of body."""
    begun = Exchange(most)
    token = _EXCHANGE.set(begun)
    try:
        yield begun
    finally:
        _EXCHANGE.reset(token)


class _MeteredStream(httpcore.AsyncNetworkStream):
    """A connection whose bytes are counted while an answer is read; those of an open websocket are not."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._gives_up = False  # by the system, soon

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        answer = _EXCHANGE.get()
        try:
            if answer is None:
                return await self._stream.read(max_bytes, timeout)
            data = await self._stream.read(min(max_bytes, _READ_AT_ONCE), timeout)
        except _BROKEN_TLS as problem:
            raise httpcore.ReadError(_broken_tls(problem)) from problem
        answer.came(len(data))
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        call = present_call()
        try:
            if call is None or not buffer:
                await self._stream.write(buffer, timeout)
            else:
                # The last of ours before the socket: a pool, a connection and its TLS lie behind.
                self._give_up_soon()
                await call.write(self._stream.write(buffer, timeout))
        except _BROKEN_TLS as problem:
            raise httpcore.WriteError(_broken_tls(problem)) from problem

    def _give_up_soon(self) -> None:
        option, wire = getattr(socket, "TCP_USER_TIMEOUT", None), self.get_extra_info("socket")
        if self._gives_up or option is None or wire is None:  # Linux has it; a test's stream has no socket
            return
        self._gives_up = True
        wire.setsockopt(socket.IPPROTO_TCP, option, int(DELIVERED_WITHIN * 1000))

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        with _no_such_host():
            return _MeteredStream(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        if info == ANYIO_STREAM:
            return getattr(self._stream, "_stream", None)  # as httpcore's AnyIOStream calls it
        return self._stream.get_extra_info(info)


def _broken_tls(problem: Exception) -> str:
    return f"TLS was broken: {getattr(problem, 'reason', '') or type(problem).__name__}"


class _MeteredBackend(httpcore.AsyncNetworkBackend):
    """httpcore's own connections, metered."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._backend = backend

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        with _no_such_host():
            stream = await self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        return _MeteredStream(stream)


def metered(backend: httpcore.AsyncNetworkBackend) -> httpcore.AsyncNetworkBackend:
    """The same connections, with bytes counted as they come, and written under the lease of their call."""
    return _MeteredBackend(backend)


@contextmanager
def _no_such_host() -> Iterator[None]:
    """A name that no resolver or certificate takes is an error of text in there, not one of the network."""
    try:
        yield
    except ssl.SSLError:
        raise  # among them that a certificate is not trusted, which is a ValueError as well
    except (ValueError, OverflowError) as problem:
        raise httpcore.ConnectError("there is no such host or port") from problem


class _OneConnection(httpcore.AsyncConnectionPool):
    """A connection for a single request, where a pool with its locks and lists is not needed."""

    def __init__(self, tls: ssl.SSLContext, socket_options: Iterable[httpcore.SOCKET_OPTION] | None) -> None:
        # The pool's own is not called, for nothing of what that makes is used.
        self._tls = tls
        self._options = socket_options
        self._made: httpcore.AsyncConnectionInterface | None = None

    def create_connection(self, origin: httpcore.Origin) -> httpcore.AsyncConnectionInterface:
        backend = metered(httpcore.AnyIOBackend())
        return httpcore.AsyncHTTPConnection(
            origin, self._tls, network_backend=backend, socket_options=self._options
        )

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        self._made = self.create_connection(request.url.origin)
        return await self._made.handle_async_request(request)

    async def aclose(self) -> None:
        if self._made is not None:
            await self._made.aclose()


def sockets(
    tls: ssl.SSLContext, proxy: str | None = None, *, one: bool = False, unread: int = 0
) -> Transport:
    """Real connections; with `one` a single one that is not used again, for a websocket.

    `unread`: bytes that may wait in the system for us to read them; 0 leaves it to the system.
    """
    options = [(socket.SOL_SOCKET, socket.SO_RCVBUF, unread)] if unread else None
    made = httpx.AsyncHTTPTransport(
        verify=tls,
        trust_env=False,
        http1=True,
        http2=False,
        limits=httpx.Limits(
            max_connections=1 if one else CONNECTIONS,
            max_keepalive_connections=0 if one else 4,
            keepalive_expiry=5.0,
        ),
        proxy=proxy,
        socket_options=options,
    )
    if one and proxy is None:
        made._pool = _OneConnection(tls, options)
    else:
        # httpx passes no network backend on; that of its pool is the one thing that is exchanged.
        made._pool._network_backend = metered(httpcore.AnyIOBackend())
    return made


class BoundedTransport(Transport):
    """Any transport, with answers that are safe to be given to httpx."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer without what nobody here follows: cookies, and where it redirects."""
        response = await self._inner.handle_async_request(request)
        if (count := len(response.headers.raw)) > MOST_HEADERS:
            await response.aclose()
            raise httpx.RemoteProtocolError(f"the answer has {count} headers")
        # httpx parses both, and both of them raise for texts of a stranger.
        for name in ("location", "set-cookie"):
            response.headers.pop(name, None)
        return response

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._inner.aclose()


def encoding_of(headers: httpx.Headers) -> str:
    """How a body is encoded though we asked for it as it is; empty where it is not."""
    named = headers.get("content-encoding", "").strip().lower()
    return "" if named in ("", "identity") else "".join(c if c.isprintable() else " " for c in named[:40])
