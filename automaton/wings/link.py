"""One socket to Wings: the upgrade, messages in and out, signs of life. The only user of httpx-ws.

It takes the bytes itself: httpx-ws' own session needs two more tasks, passes each frame through an
unbuffered stream, gathers fragments without a bound, and dies of an unsolicited pong. Its `send` and
`close` are kept. Knows nothing of what messages mean.
"""

from __future__ import annotations

import base64
import secrets
import ssl
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from math import inf

import anyio
import httpcore
from httpx_ws import AsyncWebSocketSession, HTTPXWSException
from wsproto.events import CloseConnection, Event, Ping, TextMessage
from wsproto.utilities import LocalProtocolError, generate_accept_token

from automaton.core.moment import Moment
from automaton.errors import Refused, Unreachable, Untrusted
from automaton.pace.bounded_transport import Transport, sockets
from automaton.pace.bucket import Bucket
from automaton.pace.clock import Clock
from automaton.pace.http_address import what_is_wrong
from automaton.pace.http_client import NotAnswered, Upgrade, upgraded
from automaton.wings.byte_source import NETWORK_ERRORS
from automaton.wings.frame_budget import FrameBudget
from automaton.wings.pushed_bytes import source_of
from automaton.wings.turns import Turns
from automaton.wings.unfinished import USUAL, Unfinished
from automaton.wings.websocket_parser import WebsocketBroken, WebsocketParser

PING_AFTER = 20.0  # seconds without a byte; Wings itself never pings nor times out (protocol.md 1)
PONG_WITHIN = 20.0  # seconds from our ping to any byte at all
WRITTEN_WITHIN = 10.0  # seconds
OPENED_WITHIN = 30.0  # seconds
_CLOSED_WITHIN = 2.0  # seconds
# Beyond it the node waits. Without it uvloop takes up to 8 MiB of one flood before it can be stopped.
_UNREAD = 256 * 1024  # bytes, as long as the consoles of some seconds
# Bytes at once and a second that are taken as they come, some twenty lines; for what is beyond, a link waits
# for its turn. So a server that says what most say never waits, and two thousand that flood hold up nobody.
_TAKEN_AT_ONCE = (4096.0, 4096.0)
# What a read counts as at the least, for one of a single byte costs as much: 32 of them are taken at once.
_LEAST = 128
_REFUSAL_WITHIN = 5.0  # seconds
_BODY = 4096  # bytes of a refusal that are kept

NO_PONG = "no pong came"
_CROWDED = f"a message of over {USUAL} bytes came while many others were not complete"


def _transport(tls: ssl.SSLContext, proxy: str | None) -> Transport:
    # One transport a connection: a shared pool counts websockets and is quadratic in them.
    return sockets(tls, proxy, one=True, unread=_UNREAD)


@dataclass(frozen=True, slots=True)
class ConnectOptions:
    """How the nodes of one Panel are connected to.

    `origin` must equal `remote` of the nodes' config.yml, byte for byte. One `tls` context is shared by
    all links. `allow_plain`: `ws://` is used where the Panel names it. `without_panel`: the node is watched
    by its own config.yml, and no Panel is asked. `turns` and `unfinished` are those of all links.
    `transport` is for tests.
    """

    origin: str
    tls: ssl.SSLContext
    allow_plain: bool = False
    proxy: str | None = None
    without_panel: bool = False
    turns: Turns = field(default_factory=Turns)
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


class Link(AsyncWebSocketSession):
    """An open socket. `texts` is called by one task; `send_text` by any."""

    def __init__(
        self, stream: httpcore.AsyncNetworkStream, clock: Clock, turns: Turns, unfinished: Unfinished
    ) -> None:
        super().__init__(stream)
        self.headers: Mapping[str, str] = {}  # what the upgrade was answered with
        self.closed_with: tuple[int | None, str] | None = None  # code None: no close frame came
        self.woken_at = -inf  # the `mono` at which a waiting `texts` returns without a message
        self._clock = clock
        self._incoming = WebsocketParser(self.connection)
        self._budget = FrameBudget()
        self._turns = turns
        self._unfinished = unfinished
        self._kept = 0  # bytes, as `unfinished` knows it
        self._small = Bucket(*_TAKEN_AT_ONCE)
        self._heard = clock.now().mono
        self._pinged = inf
        self._goodbye = 1000  # the code we close with
        self._nap = anyio.CancelScope()
        self._listener: Callable[[str, Moment], None] | None = None
        self._problem: Exception | None = None  # of the listener
        self._waits = False  # nothing is left to be read, and `texts` waits for what comes
        self._unread: list[bytes] = []  # one at the most, but for what a source had read already
        self._is_over = False
        self._source = source_of(stream, self)

    @asynccontextmanager
    async def __asynccontextmanager__(self) -> AsyncGenerator[Link, None]:
        self._source.begin()
        try:
            yield self
        finally:
            self._is_over = True
            self._source.end()
            self._unfinished.change(self._kept, 0)
            with anyio.move_on_after(_CLOSED_WITHIN, shield=True):
                await self.close(self._goodbye)

    def listen(self, listener: Callable[[str, Moment], None]) -> None:
        """Has a message that comes alone while `texts` waits told to the listener at once, and not to it.

        That is nearly every message where little comes, and spares waking the task. The listener may not
        wait, and wakes the task for what has to.
        """
        self._listener = listener

    async def texts(self, deadline: float) -> list[str]:
        """Some messages of one read; none when `deadline` passed, or the read held none.

        A long read is given in portions, between which all else gets its turn. Sends pings and
        answers them. Sets `closed_with` at the end, also for a frame that breaks the protocol (1002,
        1007); messages before it are given. Raises WebsocketBroken over a bound, and what the listener does.
        """
        if self._incoming.has_more:
            return await self._in_turn(b"")
        if not self._unread and not self._is_over:
            await self._wait(deadline)
        if self._problem is not None:
            raise self._problem
        if not self._unread:
            if self._is_over:
                self.closed_with = self.closed_with or (None, "")
            else:
                await self._check_life()
            return []
        data = self._unread.pop(0)
        if self._small.take(self._clock.now().mono, max(len(data), _LEAST)):
            return await self._in_turn(data)
        return await self._portion(data)

    async def _in_turn(self, data: bytes) -> list[str]:
        await self._turns.next()
        return await self._portion(data)

    def break_off(self, code: int) -> None:
        """Closes with this code instead of 1000: the peer is told that it broke a rule."""
        self._goodbye = code

    def came(self, data: bytes) -> None:
        """From the source: bytes. A message alone is told at once; all else waits for `texts`."""
        now = self._clock.now()
        self._heard, self._pinged = now.mono, inf
        if self._waits and self._listener is not None:
            text = self._incoming.only_text(data)
            # What may be taken so is far below what FrameBudget allows, so that is not asked.
            if text is not None and not self._small.take(now.mono, max(len(data), _LEAST)):
                try:
                    self._listener(text, now)
                except Exception as problem:  # a bug, to end the task by: asyncio would only log it
                    self._problem = problem
                    self._ring()
                return
        self._unread.append(data)
        self._source.pause()
        self._ring()

    def ended(self) -> None:
        """From the source: nothing more comes."""
        self._is_over = True
        self._ring()

    def _ring(self) -> None:
        if self._waits:
            self._waits = False
            self._source.ring()

    async def _wait(self, deadline: float) -> None:
        """Until something came that nobody was told yet, the deadline passed, or a sign of life is due."""
        while True:
            self.woken_at = until = min(deadline, self._life_sign_due())
            self._waits = True
            try:
                with anyio.CancelScope(deadline=until) as self._nap:
                    await self._source.wait()
            finally:  # also where it is cancelled: what comes then is for the next who waits
                is_woken, self._waits, self.woken_at = not self._waits, False, -inf
            mono = self._clock.now().mono
            if is_woken or mono >= min(deadline, self._life_sign_due()) or self._nap.deadline < until:
                return

    async def _portion(self, data: bytes) -> list[str]:
        texts: list[str] = []
        incoming = self._incoming
        frames, controls, fragments = incoming.frames, incoming.controls, incoming.fragments
        try:
            found = incoming.take(data)
            too_much = self._budget.spend(
                self._heard,
                frames=incoming.frames - frames,
                controls=incoming.controls - controls,
                fragments=incoming.fragments - fragments,
            )
            if too_much:
                raise WebsocketBroken(1008, too_much)  # before anything is answered
            kept, self._kept = self._kept, incoming.unfinished
            if not self._unfinished.change(kept, self._kept):
                raise WebsocketBroken(1009, _CROWDED)
            for came in found:
                if isinstance(came, str):
                    texts.append(came)
                else:
                    await self._answer(came)
            if not self._unread and not incoming.has_more:
                self._source.resume()
        except WebsocketBroken as problem:
            self.break_off(problem.code)
            raise
        return texts

    def wake(self, deadline: float) -> None:
        """Makes a waiting `texts` return at `deadline`, if that is sooner."""
        if self._waits and deadline < self.woken_at:
            self.woken_at = self._nap.deadline = deadline

    async def send_text(self, data: str) -> None:
        """Writes one message. Raises Unreachable when it cannot be written in time."""
        await self._write(TextMessage(data))

    def _life_sign_due(self) -> float:
        return self._heard + PING_AFTER if self._pinged == inf else self._pinged + PONG_WITHIN

    async def _check_life(self) -> None:
        """Pings a silent peer; one that does not answer is given up: the connection is half-open."""
        mono = self._clock.now().mono
        if mono < self._life_sign_due():
            return
        if self._pinged < inf:
            self.closed_with = (None, NO_PONG)
            return
        self._pinged = mono
        await self._write(Ping())

    async def _answer(self, event: Event) -> None:
        match event:
            case Ping():
                await self._write(event.response())
            case CloseConnection(code=code, reason=reason):
                self.closed_with = (code, reason or "")
                if code in (1002, 1007):  # our parser's word, or the node's: both are answered with the same
                    self._goodbye = code
            case _:
                pass  # a pong: any byte is a sign of life, and an unsolicited one is legal

    async def _write(self, event: Event) -> None:
        try:
            with anyio.fail_after(WRITTEN_WITHIN):
                await self.send(event)
        except TimeoutError as problem:
            raise Unreachable("a message could not be written in time") from problem
        except (*NETWORK_ERRORS, HTTPXWSException, LocalProtocolError) as problem:
            raise Unreachable("the connection broke while a message was written") from problem


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
        options.transport(
            options.tls, options.proxy
        ),  # not kept in this frame, which lives as long as the link
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
