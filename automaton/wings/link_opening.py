"""How a socket to Wings is opened: the upgrade, what refuses it, and what it may not agree to.

What is opened is a `Link`, closed at the end of its block.
"""

from __future__ import annotations

import base64
import secrets
import ssl
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from wsproto.utilities import generate_accept_token

from automaton.errors import Refused, Unreachable, Untrusted
from automaton.pace.bounded_transport import Transport, sockets
from automaton.pace.clock import Clock
from automaton.pace.http_address import what_is_wrong
from automaton.pace.http_client import NotAnswered, Upgrade, upgraded
from automaton.wings.link import Link
from automaton.wings.turns import Turns
from automaton.wings.unfinished import Unfinished
from automaton.wings.websocket_parser import WebsocketBroken

OPENED_WITHIN = 30.0  # seconds
# Beyond it the node waits. Without it uvloop takes up to 8 MiB of one flood before it can be stopped.
_UNREAD = 256 * 1024  # bytes, as long as the consoles of some seconds
_REFUSAL_WITHIN = 5.0  # seconds
_BODY = 4096  # bytes of a refusal that are kept


def _transport(tls: ssl.SSLContext, proxy: str | None) -> Transport:
    # One transport a connection: a shared pool counts websockets and is quadratic in them.
    return sockets(tls, proxy, one=True, unread=_UNREAD)


@dataclass(frozen=True, slots=True)
class ConnectOptions:
    """How the nodes of one Panel are connected to.

    `origin` must equal `remote` of the nodes' config.yml, byte for byte. One `tls` context is shared by
    all links. `allow_plain`: `ws://` is used where the Panel names it. `without_panel`: the node is watched
    by its own config.yml, and no Panel is asked. `turns`, `begins` and `unfinished` are those of all links:
    whose turn it is to read much, and whose to connect for the first time. `transport` is for tests.
    """

    origin: str
    tls: ssl.SSLContext
    allow_plain: bool = False
    proxy: str | None = None
    without_panel: bool = False
    turns: Turns = field(default_factory=Turns)
    begins: Turns = field(default_factory=Turns)
    unfinished: Unfinished = field(default_factory=Unfinished)
    transport: Callable[[ssl.SSLContext, str | None], Transport] = _transport


class UpgradeRefused(Refused):
    """The upgrade was answered, but not with 101; `body` is the first 4 KiB of why."""

    def __init__(self, status: int, headers: Mapping[str, str], body: str) -> None:
        super().__init__(f"HTTP {status}", status=status)
        self.answer = status
        self.headers = headers
        self.body = body


class AddressUnusable(Refused):
    """The socket's address was taken for one, but names nothing that can be connected to."""


@asynccontextmanager
async def opened(options: ConnectOptions, url: str, clock: Clock) -> AsyncGenerator[Link, None]:
    """An open link to this `http(s)://` address, closed at the end of the block.

    Raises UpgradeRefused, AddressUnusable, Untrusted, WebsocketBroken, or Unreachable.
    """
    headers, expected = _upgrade(options.origin)
    if why := what_is_wrong(url):
        # A host such as `xn--a` passes as an address, and would fail only when it is looked up.
        raise AddressUnusable(f"the socket address cannot be used: {why}")
    upgrade = upgraded(
        # Not kept in this frame, which lives as long as the link.
        options.transport(options.tls, options.proxy),
        url,
        headers,
        within=OPENED_WITHIN,
        body_within=_REFUSAL_WITHIN,
        most=_BODY,
    )
    async with _told(upgrade) as answer:
        if answer.stream is None:
            raise UpgradeRefused(answer.status, answer.headers, answer.body.decode(errors="replace"))
        if answer.headers.get("sec-websocket-accept") != expected:
            raise WebsocketBroken(1002, "the node accepted the upgrade with a wrong key")
        for unasked in ("sec-websocket-extensions", "sec-websocket-protocol"):
            if answer.headers.get(unasked, "").strip():
                # Compressed frames could be bombs, and none are asked for (RFC 6455, 4.1).
                raise WebsocketBroken(1002, f"the node chose a {unasked.title()} that nobody offered")
        async with Link(answer.stream, clock, options.turns, options.unfinished) as link:
            link.headers = answer.headers
            yield link


def _upgrade(origin: str) -> tuple[dict[str, str], str]:
    key = base64.b64encode(secrets.token_bytes(16))
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": key.decode(),
        "Sec-WebSocket-Version": "13",
        "Origin": origin,
    }
    return headers, generate_accept_token(key).decode()


@asynccontextmanager
async def _told(upgrade: AbstractAsyncContextManager[Upgrade]) -> AsyncGenerator[Upgrade, None]:
    """The answer, its absence told in words about a node."""
    try:
        async with upgrade as answer:
            yield answer
    except NotAnswered as problem:
        if problem.distrusted:
            said = f"the certificate at the node's address does not hold: {problem.distrusted}"
            raise Untrusted(said) from problem
        if problem.kind == "ReadTimeout":
            raise Unreachable("the node did not answer the upgrade in time") from problem
        raise Unreachable(str(problem)) from problem
