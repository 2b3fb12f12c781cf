"""HTTP requests with bounds: one deadline for the whole answer, a size, one origin, no cookie kept.

Used for Panels, nodes, the heartbeat and the addresses that rules may call.
"""

from __future__ import annotations

import ssl
from collections.abc import Generator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import anyio
import httpx

from automaton import __version__
from automaton.secret import Secret

MAX_BODY = 16 * 1024 * 1024
_UNWANTED_WITHIN = 2.0  # seconds for a body that nobody wants
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""Errors after which the other end has surely received nothing."""


class Bearer(httpx.Auth):
    """Reveals the key into the request alone, so that no traceback finds it in a variable."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """What httpx calls for each request."""
        request.headers["Authorization"] = f"Bearer {self._key.reveal()}"
        yield request


def bounded_client(
    tls: ssl.SSLContext,
    *,
    within: float,
    proxy: str | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> httpx.AsyncClient:
    """A client that follows no redirect, keeps no cookie, reads no environment. `transport` is for tests."""
    return httpx.AsyncClient(
        transport=transport,
        verify=tls,
        proxy=proxy if transport is None else None,
        trust_env=False,
        follow_redirects=False,
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(within, connect=10.0, pool=60.0),
        limits=httpx.Limits(max_connections=8, max_keepalive_connections=4),
        headers={"Accept": "application/json", "User-Agent": f"automaton/{__version__}"},
    )


async def ask(
    client: httpx.AsyncClient, method: str, url: str, *, within: float, **content: Any
) -> tuple[httpx.Response, bytes]:
    """The answer with its body. Raises httpx.HTTPError, also where the answer does not end in time.

    An address that cannot be called raises httpx.ConnectError: nothing was sent.
    """
    _refuse_nowhere(url)
    try:
        with anyio.fail_after(within):
            async with client.stream(method, url, **content) as response:
                return response, await _read(response)
    except TimeoutError as problem:
        raise httpx.ReadTimeout("the answer did not end in time") from problem


async def status_of(client: httpx.AsyncClient, url: str, *, within: float) -> int:
    """The status alone of a GET, whatever becomes of the body. Raises as `ask`."""
    _refuse_nowhere(url)
    try:
        with anyio.fail_after(within):
            async with client.stream("GET", url) as response:
                await _throw_away(response)
                return response.status_code
    except TimeoutError as problem:
        raise httpx.ReadTimeout("the answer did not come in time") from problem


def _refuse_nowhere(url: str) -> None:
    """A port above 65535 would be an OverflowError deep in the event loop, inside an exception group."""
    try:
        port = httpx.URL(url).port
    except httpx.InvalidURL as problem:
        raise httpx.ConnectError("there is no such host or port") from problem
    if port is not None and not 0 < port < 65536:
        raise httpx.ConnectError(f"there is no port {port}")


async def _throw_away(response: httpx.Response) -> None:
    """Reads a body that nobody wants, for a moment: an iterator abandoned half-way lingers."""
    with anyio.move_on_after(_UNWANTED_WITHIN):
        try:
            async for _ in response.aiter_bytes():
                pass
        except httpx.HTTPError:
            pass  # the status alone says enough


async def _read(response: httpx.Response) -> bytes:
    """The body. One that is too large is read to its end, or to the deadline, but not kept."""
    body, is_whole = bytearray(), True
    async for chunk in response.aiter_bytes():
        is_whole = is_whole and len(body) + len(chunk) <= MAX_BODY
        if is_whole:
            body += chunk
    if not is_whole:
        raise httpx.DecodingError("the answer is larger than 16 MiB")
    return bytes(body)
