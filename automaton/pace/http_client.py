"""The one seam of all HTTP that automaton asks: Panels, nodes, websockets' upgrades, addresses of rules.

One deadline for the whole exchange, a size for each purpose, bodies as they are and never decoded, no
redirect, no cookie, nothing from the environment. Library errors end here, as NotAnswered.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Generator, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import cast

import anyio
import httpcore
import httpx

from automaton import __version__
from automaton.errors import Unreachable
from automaton.pace.bounded_transport import (
    CONNECTIONS,
    MOST_PIECES,
    BoundedTransport,
    Exchange,
    Transport,
    encoding_of,
    exchange,
    sockets,
)
from automaton.pace.http_address import is_callable
from automaton.pace.json_answer import plain
from automaton.pace.network_reason import network_reason
from automaton.pace.trust import distrust
from automaton.secret import Secret

MOST_OF_A_LIST = 8 * 1024 * 1024
"""Bytes. A page is a hundred servers of some 10 KiB; a node's list has 2 to 4 KiB a server."""

MOST_OF_ONE = 512 * 1024  # bytes of one server's description, 30 times what the largest eggs make of it
MOST_OF_A_SMALL_ONE = 64 * 1024  # bytes of a token, of an action's answer, of a refusal

_UNWANTED_WITHIN = 2.0  # seconds for a body that nobody wants
_CONNECTED_WITHIN = 10.0  # seconds
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_QUEUED_SHARE = 0.9
"""Of its time a request may wait for a connection: what it ends by then was never sent, and is told so."""
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": f"automaton/{__version__}",
}
_LONGEST_REASON = 200  # characters: h11 quotes the whole line that it cannot read


class NotAnswered(Unreachable):
    """No answer came that can be used.

    `sent`: whether the other end may have received the request. `kind` names the error without a part of
    it that may be secret. `distrusted` is why its certificate does not hold, "" where that is not why.
    """

    def __init__(self, message: str, *, sent: bool, kind: str, distrusted: str = "") -> None:
        super().__init__(message)
        self.sent = sent
        self.kind = kind
        self.distrusted = distrusted


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. `unreadable` is why its body was not taken, and `body` is empty then."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    unreadable: str = ""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The answer to an upgrade: a stream where it was accepted, else the head of a refusal's body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    stream: httpcore.AsyncNetworkStream | None


class _Bearer(httpx.Auth):
    """Reveals the key into the request alone, so that no traceback finds it in a variable."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._key.reveal()}"
        yield request


class HttpClient:
    """Asks over connections of its own, which it keeps for a while. `transport` stands for sockets."""

    def __init__(
        self, tls: ssl.SSLContext, *, proxy: str | None = None, transport: Transport | None = None
    ) -> None:
        self._http = _client(sockets(tls, proxy) if transport is None else transport)
        # What waits for a connection waits here: in httpx it would have a request, its answer's end and a
        # timer by then, 25 kB, and a thousand servers are polled within a second.
        self._room = anyio.Semaphore(CONNECTIONS)

    async def __aenter__(self) -> HttpClient:
        """Itself, closed at the end of the block."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes it."""
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the idle connections."""
        await self._http.aclose()

    async def ask(
        self,
        method: str,
        url: str,
        *,
        within: float,
        most: int = MOST_OF_A_SMALL_ONE,
        bearer: Secret | None = None,
        params: Mapping[str, str | int] | None = None,
        json: Mapping[str, object] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """The answer with its body, of at most so many bytes, within so many seconds in all.

        Raises NotAnswered. A body that is larger, encoded or broken off is told, for the status may
        say enough.
        """
        auth = _Bearer(bearer) if bearer is not None else None
        with _translated(url), exchange(most) as answer, anyio.fail_after(within):
            async with (
                self._connection(within),
                self._http.stream(
                    method,
                    url,
                    auth=auth,
                    json=json,
                    content=content,
                    params=params,
                    timeout=_timeout(within),
                ) as response,
            ):
                answer.head_is_over()
                return await _answer(response, answer)

    @asynccontextmanager
    async def _connection(self, within: float) -> AsyncGenerator[None, None]:
        """The right to one, as far as `ask` uses them."""
        try:
            with anyio.fail_after(within * _QUEUED_SHARE):
                await self._room.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("no connection became free in time") from None
        try:
            yield
        finally:
            self._room.release()

    async def beginning(
        self,
        method: str,
        url: str,
        *,
        within: float,
        most: int,
        body_within: float,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """The head, and the first `most` bytes of whatever body follows it in `body_within` seconds.

        Raises NotAnswered where not even the head came `within` so many seconds.
        """
        with _translated(url), exchange(most), anyio.fail_after(within):
            request = self._http.build_request(
                method, url, headers=headers, content=content, timeout=_timeout(within)
            )
            response = await self._http.send(request, stream=True)
        try:
            body = await _head(response, most, body_within)
            return Answer(response.status_code, response.headers, body)
        finally:
            with anyio.CancelScope(shield=True):
                await response.aclose()

    async def status(
        self,
        method: str,
        url: str,
        *,
        within: float,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> int:
        """The status alone, whatever becomes of the body. Raises NotAnswered."""
        with _translated(url), exchange(MOST_OF_A_SMALL_ONE) as answer, anyio.fail_after(within):
            async with self._http.stream(
                method, url, headers=headers, content=content, timeout=_timeout(within)
            ) as response:
                answer.head_is_over()
                with anyio.move_on_after(_UNWANTED_WITHIN):
                    await _answer(response, answer)  # a connection whose answer was read is used again
                return response.status_code


@asynccontextmanager
async def upgraded(
    transport: Transport,
    url: str,
    headers: Mapping[str, str],
    *,
    within: float,
    body_within: float,
    most: int,
) -> AsyncGenerator[Upgrade, None]:
    """The answer to a GET that asks for an upgrade; its stream is open until the end of the block.

    A refusal's body is read for `body_within` seconds, and `most` bytes of it are kept. Raises NotAnswered.
    """
    upgrade = await _upgrade(transport, url, headers, within, body_within, most)
    del transport, headers  # whose pool, client and request would stay as long as the stream, 25 kB of them
    try:
        yield upgrade
    finally:
        if upgrade.stream is not None:
            with anyio.CancelScope(shield=True):
                await upgrade.stream.aclose()


async def _upgrade(
    transport: Transport, url: str, headers: Mapping[str, str], within: float, body_within: float, most: int
) -> Upgrade:
    """The answer. A stream is taken out of what made it, which is let go unclosed: to close it ends both.

    Without an AsyncClient: of what that does, nothing is wanted here, and of a start with thousands of
    servers it would be a tenth.
    """
    carrier, is_kept = BoundedTransport(transport), False
    try:
        with _translated(url), exchange(most), anyio.fail_after(within):
            said = {"timeout": _timeout(None).as_dict()}
            request = httpx.Request("GET", url, headers={**_HEADERS, **headers}, extensions=said)
            response = await carrier.handle_async_request(request)
        if response.status_code == 101:
            is_kept = True
            response.stream = httpx.ByteStream(b"")  # its own holds it, and all of the rest
            return Upgrade(101, dict(response.headers), b"", response.extensions["network_stream"])
        try:
            body = await _head(response, most, body_within)
            return Upgrade(response.status_code, response.headers, body, None)
        finally:
            with anyio.CancelScope(shield=True):
                await response.aclose()
    finally:
        if not is_kept:
            with anyio.CancelScope(shield=True):
                await carrier.aclose()


def _client(transport: Transport) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=BoundedTransport(transport),
        trust_env=False,
        follow_redirects=False,
        timeout=_timeout(None),
        headers=_HEADERS,
    )


def _timeout(within: float | None) -> httpx.Timeout:
    # The deadline of the whole is kept above: neither of these is.
    queued = None if within is None else within * _QUEUED_SHARE
    return httpx.Timeout(None, connect=_CONNECTED_WITHIN, pool=queued)


def _raw(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    # The stream itself, as it came: httpx's own readers decode it, or keep all of it.
    return cast("AsyncGenerator[bytes, None]", aiter(cast("httpx.AsyncByteStream", response.stream)))


async def _answer(response: httpx.Response, answer: Exchange) -> Answer:
    status, headers = response.status_code, response.headers
    if encoding := encoding_of(headers):
        return Answer(
            status, headers, unreadable=f"its body is encoded ({encoding}), which was not asked for"
        )
    body, pieces, unreadable = bytearray(), 0, ""
    try:
        async with aclosing(_raw(response)) as chunks:
            async for chunk in chunks:
                if unreadable:
                    continue
                body += chunk
                pieces += 1
                if len(body) > answer.most:
                    unreadable = f"it is larger than {answer.most // 1024} KiB"
                elif pieces > MOST_PIECES:
                    unreadable = f"it comes in more than {MOST_PIECES} pieces"
                if unreadable:
                    body.clear()
                    answer.end()  # generators left half-way would linger: the next read ends them all
    except httpx.HTTPError as problem:
        unreadable = unreadable or _reason(problem)
    return (
        Answer(status, headers, unreadable=unreadable) if unreadable else Answer(status, headers, bytes(body))
    )


async def _head(response: httpx.Response, most: int, within: float) -> bytes:
    """The first bytes of a body that may be anything; none of one that is encoded."""
    head = bytearray()
    if encoding_of(response.headers):
        return b""
    with anyio.move_on_after(within), exchange(most) as answer:
        try:
            answer.head_is_over()
            async with aclosing(_raw(response)) as chunks:
                async for chunk in chunks:
                    head += chunk[: most - len(head)]
                    if len(head) >= most:
                        answer.end()
        except httpx.HTTPError:
            pass  # the status alone says enough
    return bytes(head)


def _reason(problem: httpx.HTTPError) -> str:
    return plain(network_reason(problem), _LONGEST_REASON) or type(problem).__name__


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """Every error of the libraries, as NotAnswered. What a stranger sends makes them raise many kinds."""
    if not is_callable(url):
        raise NotAnswered("there is no such host or port", sent=False, kind="ConnectError")
    try:
        yield
    except TimeoutError as problem:
        raise NotAnswered("the answer did not end in time", sent=True, kind="ReadTimeout") from problem
    except httpx.HTTPError as problem:
        raise NotAnswered(
            _reason(problem),
            sent=not isinstance(problem, _NEVER_SENT),
            kind=type(problem).__name__,
            distrusted=distrust(problem),
        ) from problem
    except (httpx.InvalidURL, httpx.StreamError, ValueError, OverflowError, RecursionError) as problem:
        # None of ours is inside: httpx, httpcore, h11, idna and ssl, over texts of the other end.
        said = "the answer cannot be understood"
        raise NotAnswered(said, sent=True, kind=type(problem).__name__) from problem
