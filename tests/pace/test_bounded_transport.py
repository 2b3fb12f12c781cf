"""What an answer may cost is counted below the client. Its bounds at work: tests/pace/test_http_client.py."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpcore
import httpx
import pytest
from anyio.abc import SocketStream

from automaton.pace.acting_lease import FencedCall, under
from automaton.pace.bounded_transport import (
    ANYIO_STREAM,
    MOST_HEADERS,
    MOST_OF_A_HEAD,
    BoundedTransport,
    TooMuch,
    encoding_of,
    exchange,
    sockets,
)
from tests.pace.fake_lease import FakeLease

pytestmark = pytest.mark.anyio

TLS = ssl.create_default_context()
PROXY = "http://proxy.test:3128"
HTTPS = httpcore.Origin(b"https", b"a.test", 443)
UNREAD = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)]


def test_a_head_has_a_bound_of_its_own_and_the_body_comes_on_top() -> None:
    with exchange(1000) as answer:
        answer.came(MOST_OF_A_HEAD)
        answer.head_is_over()
        answer.came(1000)
        with pytest.raises(TooMuch, match=r"^the answer is larger than it may be$"):
            answer.came(100)


def test_a_body_has_to_the_byte_what_the_head_left_and_a_twentieth_for_its_framing() -> None:
    with exchange(1000) as answer:
        answer.came(100)
        answer.head_is_over()
        answer.came(MOST_OF_A_HEAD - 100 + 1050)
        with pytest.raises(TooMuch):
            answer.came(1)


def test_after_its_end_not_a_byte_is_taken() -> None:
    with exchange(1000) as answer:
        answer.end()
        answer.came(0)
        with pytest.raises(TooMuch):
            answer.came(1)


class Line(httpcore.AsyncNetworkStream):
    """A connection that notes what is asked of it. Each read is as long as may be, or raises `broken`."""

    def __init__(
        self, asked: list[tuple[object, ...]], broken: Exception | None = None, wire: object = "its socket"
    ) -> None:
        self.asked = asked
        self.broken = broken
        self.wire = wire

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.asked.append(("read", max_bytes, timeout))
        if self.broken is not None:
            raise self.broken
        return b"x" * max_bytes

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.asked.append(("write", buffer, timeout))
        if self.broken is not None:
            raise self.broken

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        self.asked.append(("start_tls", ssl_context, server_hostname, timeout))
        return Line(self.asked)

    def get_extra_info(self, info: str) -> Any:
        return self.wire if info == "socket" else f"its {info}"

    async def aclose(self) -> None:
        self.asked.append(("aclose",))


class Network(httpcore.AsyncNetworkBackend):
    """All connections are lines. Raises `problem` instead, where there is one; the rest is for the lines."""

    def __init__(
        self,
        problem: Exception | None = None,
        *,
        broken: Exception | None = None,
        wire: object = "its socket",
    ) -> None:
        self.problem = problem
        self.broken = broken
        self.wire = wire
        self.asked: list[tuple[object, ...]] = []

    async def connect_tcp(self, *how: Any, **more: Any) -> httpcore.AsyncNetworkStream:
        assert more == {}
        self.asked.append(("connect_tcp", *how))
        if self.problem is not None:
            raise self.problem
        return Line(self.asked, self.broken, self.wire)


def metered(network: httpcore.AsyncNetworkBackend) -> httpcore.AsyncNetworkBackend:
    """What stands between httpcore and the network."""
    transport = sockets(TLS)
    assert isinstance(transport, httpx.AsyncHTTPTransport)
    pool = transport._pool
    assert isinstance(pool, httpcore.AsyncConnectionPool)
    backend: httpcore.AsyncNetworkBackend = pool._network_backend
    vars(backend)["_backend"] = network
    return backend


async def test_what_is_asked_of_a_connection_reaches_it_as_it_is() -> None:
    network = Network()
    plain = await metered(network).connect_tcp("a.test", 443, 1.0, "127.0.0.1", [(1, 2, 3)])
    secure = await plain.start_tls(TLS, "b.test", 2.0)
    await secure.write(b"asked", 3.0)
    data = await secure.read(100_000, 4.0)
    await secure.aclose()

    assert type(secure) is type(plain)
    assert secure.get_extra_info("socket") == "its socket"
    assert len(data) == 100_000
    assert network.asked == [
        ("connect_tcp", "a.test", 443, 1.0, "127.0.0.1", [(1, 2, 3)]),
        ("start_tls", TLS, "b.test", 2.0),
        ("write", b"asked", 3.0),
        ("read", 100_000, 4.0),
        ("aclose",),
    ]


async def test_an_answer_is_read_in_small_portions_each_of_which_is_counted() -> None:
    network = Network()
    line = await metered(network).connect_tcp("a.test", 80)

    with exchange(0) as answer:
        data = await line.read(100_000, 4.0)
        answer.came(MOST_OF_A_HEAD - len(data))
        assert await line.read(0) == b""
        with pytest.raises(TooMuch):
            await line.read(1)
    assert (len(data), network.asked[1]) == (16_384, ("read", 16_384, 4.0))


class Wire:
    """A socket that notes what is set."""

    def __init__(self) -> None:
        self.set: list[tuple[int, int, int]] = []

    def setsockopt(self, level: int, option: int, value: int) -> None:
        self.set.append((level, option, value))


async def test_what_an_action_writes_is_given_up_soon_by_the_system_which_is_told_so_once() -> None:
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is None:
        pytest.skip("this system has no such limit")
    wire = Wire()
    network = Network(wire=wire)
    line = await metered(network).connect_tcp("a.test", 80)
    await line.write(b"plain", 2.0)
    assert wire.set == []

    with under(FencedCall(FakeLease(), "s")):
        await line.write(b"head", 3.0)
        await line.write(b"body", 4.0)

    assert wire.set == [(socket.IPPROTO_TCP, option, 20_000)]
    assert network.asked[1:] == [("write", b"plain", 2.0), ("write", b"head", 3.0), ("write", b"body", 4.0)]


async def test_an_action_is_written_as_well_where_there_is_no_socket() -> None:
    network = Network(wire=None)
    line = await metered(network).connect_tcp("a.test", 80)
    with under(FencedCall(FakeLease(), "s")):
        await line.write(b"x", 3.0)

    assert network.asked[1:] == [("write", b"x", 3.0)]


async def test_the_stream_of_anyio_under_a_connection_is_found_where_there_is_one() -> None:
    """Should another version of httpcore keep it elsewhere, none would be found."""
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(anyio.abc.SocketAttribute.local_port)
    real = await metered(httpcore.AnyIOBackend()).connect_tcp("127.0.0.1", port)
    other = await metered(Network()).connect_tcp("a.test", 80)

    assert isinstance(real.get_extra_info(ANYIO_STREAM), SocketStream)
    assert other.get_extra_info(ANYIO_STREAM) is None
    await real.aclose()
    await listener.aclose()


def forged() -> ssl.SSLError:
    problem = ssl.SSLError(1, "[SSL: BAD_RECORD] (_ssl.c:1)")
    problem.reason = "BAD_RECORD"
    return problem


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (forged(), "TLS was broken: BAD_RECORD"),
        (anyio.EndOfStream(), "TLS was broken: EndOfStream"),
    ],
    ids=["with a reason", "without one"],
)
async def test_broken_tls_is_an_error_of_the_network_that_says_why(broken: Exception, why: str) -> None:
    line = await metered(Network(broken=broken)).connect_tcp("a.test", 443)

    with pytest.raises(httpcore.ReadError) as unread:
        await line.read(1)
    with exchange(1), pytest.raises(httpcore.ReadError) as unanswered:
        await line.read(1)
    with pytest.raises(httpcore.WriteError) as unsent:
        await line.write(b"x")

    assert [str(told.value) for told in (unread, unanswered, unsent)] == [why] * 3


@pytest.mark.parametrize("problem", [UnicodeError("label too long"), OverflowError("port")])
async def test_a_name_that_no_resolver_takes_is_no_connection(problem: Exception) -> None:
    with pytest.raises(httpcore.ConnectError, match=r"^there is no such host or port$"):
        await metered(Network(problem)).connect_tcp("a.test", 80)


async def test_a_certificate_that_is_not_trusted_stays_the_error_that_it_is() -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        await metered(Network(ssl.SSLCertVerificationError())).connect_tcp("a.test", 80)


@pytest.mark.parametrize(
    ("one", "proxy", "bounds"),
    [(False, None, (8, 4)), (False, PROXY, (8, 4)), (True, PROXY, (1, 0))],
)
async def test_connections_are_few_and_kept_for_a_short_while(
    one: bool, proxy: str | None, bounds: tuple[int, int]
) -> None:
    transport = sockets(TLS, proxy, one=one, unread=4096)
    assert isinstance(transport, httpx.AsyncHTTPTransport)
    pool = vars(transport._pool)

    assert (pool["_max_connections"], pool["_max_keepalive_connections"]) == bounds
    assert pool["_keepalive_expiry"] == 5.0
    assert (pool["_http1"], pool["_http2"]) == (True, False)
    assert pool["_ssl_context"] is TLS
    assert pool["_socket_options"] == UNREAD


@pytest.mark.parametrize("one", [False, True])
async def test_a_connection_speaks_http_1_with_our_certificates_and_a_bound_on_what_waits(one: bool) -> None:
    transport = sockets(TLS, one=one, unread=4096)
    assert isinstance(transport, httpx.AsyncHTTPTransport)
    connection = vars(transport._pool.create_connection(HTTPS))

    assert (connection["_http1"], connection["_http2"]) == (True, False)
    assert connection["_ssl_context"] is TLS
    assert connection["_socket_options"] == UNREAD


async def test_a_single_connection_is_opened_for_its_request_and_closed_with_what_carries_it() -> None:
    closed = anyio.Event()

    async def answers(stream: SocketStream) -> None:
        async with stream:
            await stream.receive()
            await stream.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()
            closed.set()

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(anyio.abc.SocketAttribute.local_port)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, answers)
        transport = sockets(TLS, one=True)
        response = await transport.handle_async_request(httpx.Request("GET", f"http://127.0.0.1:{port}/a"))
        body = await response.aread()
        await transport.aclose()
        with anyio.fail_after(5):
            await closed.wait()
        tasks.cancel_scope.cancel()
    await listener.aclose()

    assert (response.status_code, body) == (404, b"no")


@pytest.mark.parametrize(("proxy", "one"), [(None, False), (None, True), (PROXY, False), (PROXY, True)])
async def test_every_connection_is_metered_also_through_a_proxy(proxy: str | None, one: bool) -> None:
    """Should another version of httpx or httpcore keep its backend elsewhere, nothing would be counted."""
    transport = sockets(TLS, proxy, one=one)
    assert isinstance(transport, httpx.AsyncHTTPTransport)
    pool = transport._pool
    assert isinstance(pool, httpcore.AsyncConnectionPool)
    connection = pool.create_connection(httpcore.Origin(b"http", b"a.test", 80))

    below = vars(connection if proxy is None else vars(connection)["_connection"])
    assert type(below["_network_backend"]).__name__ == "_MeteredBackend"
    await transport.aclose()


async def test_cookies_and_redirects_do_not_reach_httpx_and_a_flood_of_headers_is_no_answer() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        count = int(request.url.path[1:])
        return httpx.Response(
            302, headers=[("Location", "http://xn--a/"), ("Set-Cookie", "a=b"), *[("x", "y")] * count]
        )

    async with httpx.AsyncClient(transport=BoundedTransport(httpx.MockTransport(handler))) as client:
        answer = await client.get(f"http://a.test/{MOST_HEADERS - 2}")
        with pytest.raises(httpx.RemoteProtocolError, match=r"^the answer has 201 headers$"):
            await client.get(f"http://a.test/{MOST_HEADERS - 1}")

    assert {name for name, _ in answer.headers.multi_items()} == {"x"}


async def test_an_answer_with_a_flood_of_headers_is_closed_and_so_is_what_is_below() -> None:
    closed: list[str] = []

    class Body(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b""

        async def aclose(self) -> None:
            closed.append("answer")

    class Below(httpx.MockTransport):
        async def aclose(self) -> None:
            closed.append("connections")

    below = Below(lambda _: httpx.Response(200, headers=[("x", "y")] * 300, stream=Body()))
    transport = BoundedTransport(below)
    with pytest.raises(httpx.RemoteProtocolError):
        await transport.handle_async_request(httpx.Request("GET", "http://a.test/"))
    await transport.aclose()

    assert closed == ["answer", "connections"]


@pytest.mark.parametrize(
    ("named", "encoding"),
    [
        ("identity", ""),
        (" Identity ", ""),
        ("", ""),
        ("gzip, gzip", "gzip, gzip"),
        ("x" * 90, "x" * 40),
        ("G\x1bzip", "g zip"),
    ],
)
def test_an_encoding_is_named_in_few_plain_words(named: str, encoding: str) -> None:
    assert encoding_of(httpx.Headers({"Content-Encoding": named})) == encoding
    assert encoding_of(httpx.Headers()) == ""
