"""HTTP asked with bounds, over bytes that a server says one by one."""

from __future__ import annotations

import gzip
import socket
import ssl
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Any

import anyio
import anyio.lowlevel
import httpcore
import httpx
import pytest
import trustme
from anyio.abc import SocketStream
from anyio.streams.tls import TLSListener
from trio.testing import MockClock

from automaton import __version__
from automaton.pace.acting_lease import FencedCall, LeaseTooShort, under
from automaton.pace.bounded_transport import (
    CONNECTIONS,
    MOST_HEADERS,
    MOST_OF_A_HEAD,
    MOST_PIECES,
    sockets,
)
from automaton.pace.clock import SteadyClock
from automaton.pace.http_client import MOST_OF_A_LIST, Answer, HttpClient, NotAnswered, Upgrade, upgraded
from automaton.secret import Secret
from tests.pace.fake_lease import FakeLease

pytestmark = pytest.mark.anyio

TLS = ssl.create_default_context()
Behaviour = Callable[[SocketStream, bytes], Awaitable[None]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


IN_VIRTUAL_TIME = pytest.mark.parametrize(
    "anyio_backend", [("trio", {"clock": MockClock(autojump_threshold=0)})], ids=["virtual"]
)

LOOPS = [
    ("asyncio", {"use_uvloop": False}),
    pytest.param(
        ("asyncio", {"use_uvloop": True}),
        marks=pytest.mark.skipif(find_spec("uvloop") is None, reason="there is no uvloop for this Python"),
    ),
]


@asynccontextmanager
async def serving(behave: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server on this machine; what it does with each connection, given its first request's head."""

    async def met(stream: Any) -> None:
        async with stream:
            try:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += await stream.receive()
                await behave(stream, head)
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                pass  # the client has had enough

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.listeners[0].extra(anyio.abc.SocketAttribute.local_port)
    async with listener, anyio.create_task_group() as tasks:
        if tls is None:
            tasks.start_soon(listener.serve, met)
        else:
            tasks.start_soon(TLSListener(listener, tls, standard_compatible=False).serve, met)
        yield f"http{'' if tls is None else 's'}://127.0.0.1:{port}/"
        tasks.cancel_scope.cancel()


def says(*parts: bytes, again: bytes = b"") -> Behaviour:
    """Says these, then `again` without an end."""

    async def behave(stream: SocketStream, _: bytes) -> None:
        for part in parts:
            await stream.send(part)
        while again:
            await stream.send(again)

    return behave


def drips(start: bytes, drop: bytes) -> Behaviour:
    async def behave(stream: SocketStream, _: bytes) -> None:
        await stream.send(start)
        while True:
            await stream.send(drop)
            await anyio.sleep(0.01)

    return behave


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:99999/", "http://-xn--.é..org/", "http://xn--a/", "http://", "ftp://a/", "http:///x",
        "http://.a/", f"http://{'a' * 64}.test/", f"http://a/{'x' * 5000}", "http://a:0/", "http://[::1/",
        "http://a\x00b/", "http://a/\n",
    ],
)  # fmt: skip
async def test_an_address_that_cannot_be_called_was_never_sent_to(url: str) -> None:
    async with HttpClient(TLS) as client:
        with pytest.raises(NotAnswered) as raised:
            await client.ask("GET", url, within=5.0)

    assert not raised.value.sent


@pytest.mark.parametrize(
    ("behave", "why"),
    [
        (
            says(OK + b"Content-Encoding: gzip, gzip\r\nContent-Length: 5\r\n\r\nxxxxx"),
            r"encoded \(gzip, gzip\)",
        ),
        (says(OK + b"Content-Encoding: br\r\n\r\n", again=b"x" * 65536), r"encoded \(br\)"),
        (says(OK + b"\r\n", again=b"x" * 65536), "larger than"),
        (says(CHUNKED, again=b"10000\r\n" + b"x" * 65536 + b"\r\n"), "larger than"),
        (says(CHUNKED, again=b"1\r\nx\r\n" * 5000), "larger than|pieces"),
        (says(CHUNKED, again=b"1;" + b"e" * 60_000 + b"\r\nx\r\n"), "larger than"),
        (says(CHUNKED + b"0\r\n", again=b"a: b\r\n" * 9000), "Receive buffer too long|larger than"),
        (says(OK + b"Content-Length: 99\r\n\r\nx"), "complete message body"),
        (says(CHUNKED + b"fffffffffffffffff\r\n", again=b"x" * 65536), "larger than"),
    ],
)
async def test_a_body_that_is_not_taken_is_told_and_the_status_stands(behave: Behaviour, why: str) -> None:
    async with serving(behave) as url, HttpClient(TLS) as client:
        answer = await client.ask("GET", url, within=20.0)
        status = await client.status("GET", url, within=20.0)

    assert (answer.status, answer.body, status) == (200, b"", 200)
    with pytest.raises(AssertionError, match=why):
        raise AssertionError(answer.unreadable)


async def test_identity_is_asked_for_and_nothing_is_ever_decoded() -> None:
    heads: list[bytes] = []

    async def behave(stream: SocketStream, head: bytes) -> None:
        heads.append(head)
        body = gzip.compress(b"{}")
        await stream.send(OK + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async with serving(behave) as url, HttpClient(TLS) as client:
        answer = await client.ask("GET", url, within=5.0, bearer=Secret("key"))

    assert b"accept-encoding: identity\r\n" in heads[0].lower()
    assert b"\r\nAuthorization: Bearer key\r\n" in heads[0]
    assert gzip.decompress(answer.body) == b"{}"


@pytest.mark.parametrize(
    "behave",
    [
        says(again=b"HTTP/1.1 100 Continue\r\n\r\n" * 500),
        says(OK, again=b"x: y\r\n" * 5000),
        says(OK + b"x: ", again=b"y" * 65536),
        says(OK + b"x: y\r\n" * (MOST_HEADERS + 1) + b"\r\n"),
        says(OK + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n"),
        says(OK + b"Content-Length: -1\r\n\r\n"),
        says(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
        says(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n"),
        says(b"HTTP/1.1 099 What\r\n\r\n"),
        says(b"HTTP/1.1 9999 What\r\n\r\n"),
        says(b"\x00" * 70_000),
        says(b"SSH-2.0-OpenSSH_9.9\r\n"),
        says(),
    ],
)
async def test_an_answer_without_a_proper_head_is_none(behave: Behaviour) -> None:
    async with serving(behave) as url, HttpClient(TLS) as client:
        with pytest.raises(NotAnswered) as raised:
            await client.ask("GET", url, within=20.0)

    assert raised.value.sent
    assert raised.value.kind in ("RemoteProtocolError", "ReadError")


@pytest.mark.parametrize(
    "behave",
    [
        drips(b"", b"H"),
        drips(OK, b"x"),
        drips(OK + b"Content-Length: 5000\r\n\r\n", b"x"),
        drips(CHUNKED, b"1\r\nx\r\n"),
        drips(b"", b"HTTP/1.1 103 Early\r\n\r\n"),
    ],
)
async def test_a_server_that_drips_does_not_move_the_deadline(behave: Behaviour) -> None:
    async with serving(behave) as url, HttpClient(TLS) as client:
        with anyio.fail_after(10.0):
            with pytest.raises(NotAnswered, match="in time") as raised:
                await client.ask("GET", url, within=0.2)

    assert raised.value.sent


@pytest.mark.parametrize(
    "where", [b"http://xn--a/", b"http://[", b"//\xff", b"http://a:b:c", b"/elsewhere", b""]
)
async def test_no_redirect_is_followed_and_where_it_leads_is_not_even_read(where: bytes) -> None:
    behave = says(b"HTTP/1.1 302 Found\r\nLocation: " + where + b"\r\n\r\n")

    async with serving(behave) as url, HttpClient(TLS) as client:
        answer = await client.ask("GET", url, within=5.0)

    assert answer.status == 302
    assert "location" not in answer.headers


async def test_no_cookie_is_kept() -> None:
    heads: list[bytes] = []

    async def behave(stream: SocketStream, head: bytes) -> None:
        heads.append(head)
        await stream.send(OK + b"Set-Cookie: a=b; Max-Age=" + b"9" * 5000 + b"\r\nContent-Length: 0\r\n\r\n")

    async with serving(behave) as url, HttpClient(TLS) as client:
        await client.ask("GET", url, within=5.0)
        await client.ask("GET", url, within=5.0)

    assert not any(b"cookie" in head.lower() for head in heads)


async def test_connections_are_used_again_and_each_answer_is_counted_anew() -> None:
    body = b"x" * (MOST_OF_A_LIST - 1)
    met: list[int] = []

    async def behave(stream: SocketStream, head: bytes) -> None:
        met.append(1)
        while True:
            await stream.send(OK + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            head = b""
            while b"\r\n\r\n" not in head:
                head += await stream.receive()

    async with serving(behave) as url, HttpClient(TLS) as client:
        for _ in range(3):
            answer = await client.ask("GET", url, within=20.0, most=MOST_OF_A_LIST)
            assert len(answer.body) == len(body), answer.unreadable

    assert met == [1]


@pytest.mark.parametrize(
    ("behave", "body"),
    [
        (says(b"HTTP/1.1 403 No\r\nContent-Encoding: gzip, gzip\r\n\r\n", again=b"x" * 65536), b""),
        (says(b"HTTP/1.1 403 No\r\n\r\nwhy", again=b"." * 65536), b"why."),
        (says(b"HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), b""),
    ],
)
async def test_a_refused_upgrade_costs_its_bounded_raw_bytes(behave: Behaviour, body: bytes) -> None:
    async with (
        serving(behave) as url,
        upgraded(sockets(TLS, one=True), url, {}, within=5.0, body_within=5.0, most=4096) as answer,
    ):
        assert (answer.status, answer.body[:4], answer.stream) == (403, body, None)
        assert len(answer.body) in (0, 4096)


async def test_an_open_websocket_is_read_without_an_end() -> None:
    frames = b"f" * 65536
    behave = says(
        b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\nfirst", again=frames
    )
    headers = {"Connection": "Upgrade", "Upgrade": "websocket"}

    async with (
        serving(behave) as url,
        upgraded(sockets(TLS, one=True), url, headers, within=5.0, body_within=5.0, most=4096) as answer,
    ):
        assert answer.stream is not None
        first, count = await answer.stream.read(65536), 0
        while count <= 2 * MOST_OF_A_HEAD:
            count += len(await answer.stream.read(65536))

    assert first.startswith(b"first")


async def test_of_an_upgrade_nothing_is_kept_but_its_stream_which_ends_with_the_block() -> None:
    """Its pool, its client and its request take more than all else of a link, and there are ten thousand."""
    behave = says(
        b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\nfirst", again=b"f"
    )
    headers = {"Connection": "Upgrade", "Upgrade": "websocket"}
    made = sockets(TLS, one=True)
    kept = weakref.ref(made)

    async with (
        serving(behave) as url,
        upgraded(made, url, headers, within=5.0, body_within=5.0, most=4096) as answer,
    ):
        del made
        assert kept() is None
        assert answer.stream is not None
        assert (await answer.stream.read(65536)).startswith(b"first")

    with pytest.raises(httpcore.ReadError):
        await answer.stream.read(1)


async def test_what_a_library_raises_over_a_strangers_text_is_no_answer() -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        raise UnicodeError("label empty or too long")

    async with HttpClient(TLS, transport=httpx.MockTransport(handler)) as client:
        with pytest.raises(NotAnswered, match="cannot be understood"):
            await client.ask("GET", "http://a.test/", within=5.0)


def answering(response: httpx.Response | Exception, *, after: float = 0.0) -> httpx.MockTransport:
    """Stands for sockets: this comes, and may take some time."""

    async def handler(_: httpx.Request) -> httpx.Response:
        await anyio.sleep(after)
        if isinstance(response, Exception):
            raise response
        return response

    return httpx.MockTransport(handler)


class Body(httpx.AsyncByteStream):
    """These pieces; then it fails, never ends, or ends, which it notes, and whether it was closed."""

    def __init__(self, *pieces: bytes, then: Exception | None = None, ends: bool = True) -> None:
        self.pieces, self.then, self.ends = pieces, then, ends
        self.has_ended = self.has_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece
        if self.then is not None:
            raise self.then
        if not self.ends:
            await anyio.sleep_forever()
        self.has_ended = True

    async def aclose(self) -> None:
        await anyio.lowlevel.checkpoint()
        self.has_closed = True


class Carrier(httpx.AsyncBaseTransport):
    """Stands for a socket on which this comes; notes whether it was closed."""

    def __init__(self, response: httpx.Response | Exception) -> None:
        self._inside = answering(response)
        self.has_closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._inside.handle_async_request(request)

    async def aclose(self) -> None:
        await anyio.lowlevel.checkpoint()
        self.has_closed = True


async def asked(body: httpx.AsyncByteStream, most: int, *headers: tuple[str, str]) -> Answer:
    async with HttpClient(
        TLS, transport=answering(httpx.Response(200, headers=[("x", "y"), *headers], stream=body))
    ) as client:
        answer = await client.ask("GET", "http://a.test/", within=20.0, most=most)
    assert answer.headers["x"] == "y"
    return answer


async def test_a_body_of_as_many_bytes_and_pieces_as_may_come_is_taken_whole() -> None:
    assert (await asked(Body(b"abc", b"def"), 6)).body == b"abcdef"
    assert (await asked(Body(*[b"x"] * MOST_PIECES), 1 << 20)).body == b"x" * MOST_PIECES


@pytest.mark.parametrize(
    ("body", "headers", "why"),
    [
        (Body(b"x" * 2048, b"x"), [], "it is larger than 2 KiB"),
        (Body(b"x" * 2048, b"x", b"y" * 100), [], "it is larger than 2 KiB"),
        (Body(*[b"x"] * (MOST_PIECES + 2)), [], "it comes in more than 20000 pieces"),
        (Body(b"x"), [("Content-Encoding", "br")], "its body is encoded (br), which was not asked for"),
        (Body(b"x", then=httpx.ReadError("it broke off")), [], "it broke off"),
        (Body(b"x", then=httpx.ReadError("")), [], "ReadError"),
        (Body(b"x" * 2049, then=httpx.ReadError("it broke off")), [], "it is larger than 2 KiB"),
    ],
)
async def test_why_a_body_was_not_taken_is_told_in_words_and_its_head_stands(
    body: Body, headers: list[tuple[str, str]], why: str
) -> None:
    answer = await asked(body, 1 << 20 if "pieces" in why else 2048, *headers)

    assert (answer.status, answer.body, answer.unreadable) == (200, b"", why)


async def test_what_is_too_large_is_not_left_half_read() -> None:
    """What makes its pieces would linger: the next read of the socket ends them all."""
    body = Body(b"x" * 5000, b"y", b"z")
    await asked(body, 1024)

    assert body.has_ended


@IN_VIRTUAL_TIME
async def test_the_status_stands_though_its_body_has_no_end() -> None:
    response = httpx.Response(200, stream=Body(b"x", ends=False))
    async with HttpClient(TLS, transport=answering(response, after=3.0)) as client:
        begun = SteadyClock(0.0).now().mono
        status = await client.status("GET", "http://a.test/", within=20.0)

    assert status == 200
    assert SteadyClock(0.0).now().mono - begun == 5.0


@IN_VIRTUAL_TIME
@pytest.mark.parametrize("after", [0.0, 3.0, 60.0])
async def test_the_deadline_is_that_of_the_whole_exchange(after: float) -> None:
    response = httpx.Response(200, stream=Body(b"x", ends=False))
    async with HttpClient(TLS, transport=answering(response, after=after)) as client:
        begun = SteadyClock(0.0).now().mono
        with pytest.raises(NotAnswered, match=r"^the answer did not end in time$") as raised:
            await client.ask("GET", "http://a.test/", within=20.0)

    assert (raised.value.sent, raised.value.kind, raised.value.distrusted) == (True, "ReadTimeout", "")
    assert SteadyClock(0.0).now().mono - begun == 20.0


@IN_VIRTUAL_TIME
async def test_what_waits_too_long_for_one_of_the_connections_was_never_sent() -> None:
    met: list[str] = []
    ends: list[tuple[bool, str]] = []

    async def handler(request: httpx.Request) -> httpx.Response:
        met.append(request.url.path)
        await anyio.sleep_forever()
        raise AssertionError

    async def ask(client: HttpClient, number: int) -> None:
        with pytest.raises(NotAnswered) as raised:
            await client.ask("GET", f"http://a.test/{number}", within=20.0)
        ends.append((raised.value.sent, raised.value.kind))

    async with (
        HttpClient(TLS, transport=httpx.MockTransport(handler)) as client,
        anyio.create_task_group() as tasks,
    ):
        for number in range(CONNECTIONS + 2):
            tasks.start_soon(ask, client, number)

    assert len(met) == CONNECTIONS
    assert ends == [(False, "PoolTimeout")] * 2 + [(True, "ReadTimeout")] * CONNECTIONS


@IN_VIRTUAL_TIME
async def test_a_status_has_its_deadline_too() -> None:
    async with HttpClient(TLS, transport=answering(httpx.Response(200), after=60.0)) as client:
        begun = SteadyClock(0.0).now().mono
        with pytest.raises(NotAnswered, match="in time"):
            await client.status("GET", "http://a.test/", within=20.0)

    assert SteadyClock(0.0).now().mono - begun == 20.0


@IN_VIRTUAL_TIME
@pytest.mark.parametrize(
    ("body", "kept", "took"),
    [
        (Body(b"ab", b"cd", b"ef", ends=False), b"abc", 4.0),
        (Body(b"ab", ends=False), b"ab", 4.0),
        (Body(b"ab", then=httpx.ReadError("it broke off")), b"ab", 0.0),
        (Body(b"a", b"b"), b"ab", 0.0),
    ],
)
async def test_the_beginning_of_why_an_upgrade_was_refused_is_kept(
    body: Body, kept: bytes, took: float
) -> None:
    begun = SteadyClock(0.0).now().mono
    async with upgraded(
        answering(httpx.Response(403, stream=body)),
        "http://a.test/",
        {},
        within=20.0,
        body_within=4.0,
        most=3,
    ) as answer:
        assert (answer.status, answer.body, answer.stream) == (403, kept, None)

    assert SteadyClock(0.0).now().mono - begun == took


@IN_VIRTUAL_TIME
@pytest.mark.parametrize(
    ("body", "kept", "took"),
    [
        (Body(b"ab", b"cd", b"ef", ends=False), b"abc", 4.0),
        (Body(b"ab", ends=False), b"ab", 4.0),
        (Body(b"ab", then=httpx.ReadError("it broke off")), b"ab", 0.0),
        (Body(b"a", b"b"), b"ab", 0.0),
    ],
)
async def test_of_an_answer_the_beginning_is_kept_whatever_follows(
    body: Body, kept: bytes, took: float
) -> None:
    begun = SteadyClock(0.0).now().mono
    response = httpx.Response(200, headers={"x": "y"}, stream=body)
    async with HttpClient(TLS, transport=answering(response)) as client:
        answer = await client.beginning("POST", "http://a.test/", within=20.0, most=3, body_within=4.0)

    assert (answer.status, answer.headers, answer.body) == (200, {"x": "y"}, kept)
    assert SteadyClock(0.0).now().mono - begun == took


@IN_VIRTUAL_TIME
async def test_an_answer_that_does_not_begin_in_time_is_none() -> None:
    async with HttpClient(TLS, transport=answering(httpx.Response(200), after=60.0)) as client:
        with pytest.raises(NotAnswered, match="in time"):
            await client.beginning("GET", "http://a.test/", within=20.0, most=3, body_within=4.0)


@pytest.mark.parametrize(
    ("problem", "sent", "kind", "distrusted"),
    [
        (httpx.ConnectError("refused"), False, "ConnectError", ""),
        (httpx.ConnectTimeout("refused"), False, "ConnectTimeout", ""),
        (httpx.ReadError("refused"), True, "ReadError", ""),
        (OverflowError("refused"), True, "OverflowError", ""),
        (ssl.SSLCertVerificationError("certificate has expired"), False, "ConnectError", "it has expired"),
    ],
)
async def test_each_error_of_the_libraries_is_told_apart(
    problem: Exception, sent: bool, kind: str, distrusted: str
) -> None:
    if isinstance(problem, ssl.SSLError):
        below, problem = problem, httpx.ConnectError("refused")
        problem.__cause__ = below
    async with HttpClient(TLS, transport=answering(problem)) as client:
        with pytest.raises(NotAnswered) as raised:
            await client.ask("GET", "http://a.test/", within=5.0)

    told = raised.value
    assert (told.sent, told.kind, told.distrusted) == (sent, kind, distrusted)
    assert str(told) == (
        "refused" if isinstance(problem, httpx.HTTPError) else "the answer cannot be understood"
    )


async def test_what_is_asked_is_sent_and_no_deadline_but_those_of_a_connection_are_httpxs() -> None:
    sent: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(204)

    async with HttpClient(TLS, transport=httpx.MockTransport(handler)) as client:
        await client.ask("POST", "http://a.test/x", within=5.0, params={"page": 2}, json={"a": 1})
        await client.ask("PUT", "http://a.test/raw", within=5.0, content=b"as it is")
        await client.status("PUT", "http://a.test/y", within=5.0, headers={"x-mine": "z"}, content=b"said")
        await client.beginning(
            "PUT",
            "http://a.test/z",
            within=5.0,
            most=3,
            body_within=1.0,
            headers={"x-mine": "z"},
            content=b"told",
        )

    asked, raw, told, begun = sent
    assert (asked.method, str(asked.url), asked.content) == ("POST", "http://a.test/x?page=2", b'{"a":1}')
    assert (raw.method, str(raw.url), raw.content) == ("PUT", "http://a.test/raw", b"as it is")
    assert (told.method, str(told.url), told.content) == ("PUT", "http://a.test/y", b"said")
    assert (begun.method, str(begun.url), begun.content) == ("PUT", "http://a.test/z", b"told")
    assert told.headers["x-mine"] == begun.headers["x-mine"] == "z"
    for request in sent:
        assert request.extensions["timeout"] == {"connect": 10.0, "read": None, "write": None, "pool": 4.5}
        assert "authorization" not in request.headers
        assert request.headers["accept"] == "application/json"
        assert request.headers["accept-encoding"] == "identity"
        assert request.headers["user-agent"] == f"automaton/{__version__}"


async def test_an_upgrade_has_no_deadline_of_httpxs_but_that_of_its_connection() -> None:
    sent: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(403)

    transport = httpx.MockTransport(handler)
    async with upgraded(transport, "http://a.test/", {}, within=5.0, body_within=5.0, most=3) as answer:
        assert answer.status == 403

    assert [(request.method, request.extensions["timeout"]) for request in sent] == [
        ("GET", {"connect": 10.0, "read": None, "write": None, "pool": None})
    ]


@IN_VIRTUAL_TIME
async def test_an_upgrade_that_is_not_answered_in_time_is_none() -> None:
    begun = SteadyClock(0.0).now().mono
    with pytest.raises(NotAnswered, match="in time"):
        async with upgraded(
            answering(httpx.Response(101), after=60.0),
            "http://a.test/",
            {},
            within=20.0,
            body_within=4.0,
            most=3,
        ):
            raise AssertionError

    assert SteadyClock(0.0).now().mono - begun == 20.0


async def test_what_carried_an_upgrade_is_closed_unless_it_was_accepted_and_its_head_is_told() -> None:
    stream = httpcore.AsyncMockStream([])
    accepted = Carrier(httpx.Response(101, headers={"x": "y"}, extensions={"network_stream": stream}))
    refused = Carrier(httpx.Response(403, headers={"x": "y"}, stream=Body(b"no")))
    broken = Carrier(httpx.ReadError("it broke off"))

    async with upgraded(accepted, "http://a.test/", {}, within=5.0, body_within=5.0, most=3) as answer:
        assert answer == Upgrade(101, {"x": "y"}, b"", stream)
    async with upgraded(refused, "http://a.test/", {}, within=5.0, body_within=5.0, most=3) as answer:
        assert answer == Upgrade(403, httpx.Headers({"x": "y"}), b"no", None)
    with pytest.raises(NotAnswered, match="it broke off"):
        async with upgraded(broken, "http://a.test/", {}, within=5.0, body_within=5.0, most=3):
            raise AssertionError

    assert (accepted.has_closed, refused.has_closed, broken.has_closed) == (False, True, True)


@IN_VIRTUAL_TIME
async def test_what_is_given_up_while_a_body_is_awaited_closes_its_connection_all_the_same() -> None:
    """A close waits, as that of TLS does, and is not cancelled with what asked for it."""
    begun, refused = Body(b"x", ends=False), Body(b"x", ends=False)
    carrier = Carrier(httpx.Response(403, stream=refused))
    with anyio.move_on_after(1.0):
        async with HttpClient(TLS, transport=answering(httpx.Response(200, stream=begun))) as client:
            await client.beginning("GET", "http://a.test/", within=20.0, most=3, body_within=9.0)
    with anyio.move_on_after(1.0):
        async with upgraded(carrier, "http://a.test/", {}, within=20.0, body_within=9.0, most=3):
            raise AssertionError

    assert (begun.has_closed, refused.has_closed, carrier.has_closed) == (True, True, True)


async def test_a_reason_that_quotes_the_other_end_is_cut() -> None:
    async with HttpClient(TLS, transport=answering(httpx.ReadError("x" * 201))) as client:
        with pytest.raises(NotAnswered) as raised:
            await client.ask("GET", "http://a.test/", within=5.0)

    assert str(raised.value) == "x" * 200


async def test_a_proxy_is_asked_in_place_of_the_address() -> None:
    heads: list[bytes] = []

    async def behave(stream: SocketStream, head: bytes) -> None:
        heads.append(head)
        await stream.send(b"HTTP/1.1 204 No\r\n\r\n")

    async with serving(behave) as url, HttpClient(TLS, proxy=url) as client:
        answer = await client.ask("GET", "http://a.test/x", within=5.0)

    assert answer.status == 204
    assert heads[0].startswith(b"GET http://a.test/x HTTP/1.1\r\n")


async def test_who_vouches_for_the_other_end_is_what_the_client_was_made_with() -> None:
    authority = trustme.CA()
    server, trusting = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(trusting)
    behave = says(b"HTTP/1.1 204 No\r\n\r\n")

    async with serving(behave, server) as url, HttpClient(trusting) as client:
        assert await client.status("GET", url, within=5.0) == 204
    with pytest.raises(RuntimeError, match="closed"):
        await client.status("GET", url, within=5.0)


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
async def test_what_is_asked_under_a_lease_is_written_with_enough_left_and_else_not_a_byte(
    secure: bool,
) -> None:
    authority, heads = trustme.CA(), []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    client_tls = ssl.create_default_context()
    authority.configure_trust(client_tls)

    async def behave(stream: SocketStream, head: bytes) -> None:
        heads.append(head.partition(b"\r\n")[0])
        await stream.send(OK + b"Content-Length: 2\r\n\r\nhi")

    lease = FakeLease()
    async with serving(behave, context if secure else None) as url, HttpClient(client_tls) as client:
        with under(FencedCall(lease, "s")):
            answer = await client.ask("POST", url, within=5.0, json={"signal": "stop"})
        lease.ends_in(1.0)
        with under(FencedCall(lease, "s")), pytest.raises(LeaseTooShort):
            await client.ask("POST", url, within=5.0, json={"signal": "stop"})

    assert answer.body == b"hi"
    assert heads == [b"POST / HTTP/1.1"]


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize(
    "anyio_backend", [("asyncio", {"use_uvloop": use}) for use in (False, True)], ids=str
)
async def test_the_system_gives_up_what_an_action_wrote_and_nobody_acknowledges(secure: bool) -> None:
    """Else a partition that heals would deliver it, minutes after another has acted."""
    authority, limits = trustme.CA(), []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    client_tls = ssl.create_default_context()
    authority.configure_trust(client_tls)
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is None:
        pytest.skip("this system has no such limit")
    transport = sockets(client_tls)
    behave = says(OK + b"Content-Length: 2\r\n\r\nhi")
    async with (
        serving(behave, context if secure else None) as url,
        httpx.AsyncClient(transport=transport) as client,
    ):
        for call in (None, FencedCall(FakeLease(), "s")):
            with under(call):
                async with client.stream("POST", url, json={}) as response:
                    wire = response.extensions["network_stream"].get_extra_info("socket")
                    limits.append(wire.getsockopt(socket.IPPROTO_TCP, option))

    assert limits == [0, 20_000]
