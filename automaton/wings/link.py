"""One open socket to Wings: messages in and out, signs of life. The only user of httpx-ws.

It takes the bytes itself: httpx-ws' own session needs two more tasks, passes each frame through an
unbuffered stream, gathers fragments without a bound, and dies of an unsolicited pong. Its `send` and
`close` are kept. Knows nothing of what messages mean.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from math import inf

import anyio
import httpcore
from httpx_ws import AsyncWebSocketSession, HTTPXWSException
from wsproto.events import CloseConnection, Event, Ping, TextMessage
from wsproto.utilities import LocalProtocolError

from automaton.core.moment import Moment
from automaton.errors import Unreachable
from automaton.pace.bucket import Bucket
from automaton.pace.clock import Clock
from automaton.wings.byte_source import NETWORK_ERRORS
from automaton.wings.frame_budget import FrameBudget
from automaton.wings.pushed_bytes import source_of
from automaton.wings.turns import Turns
from automaton.wings.unfinished import USUAL, Unfinished
from automaton.wings.websocket_parser import WebsocketBroken, WebsocketParser

PING_AFTER = 20.0  # seconds without a byte; Wings itself never pings nor times out (protocol.md 1)
PONG_WITHIN = 20.0  # seconds from our ping to any byte at all
WRITTEN_WITHIN = 10.0  # seconds
_CLOSED_WITHIN = 2.0  # seconds
# Bytes at once and a second that are taken as they come, some twenty lines; for what is beyond, a link waits
# for its turn. So a server that says what most say never waits, and two thousand that flood hold up nobody.
_TAKEN_AT_ONCE = (4096.0, 4096.0)
# What a read counts as at the least, for one of a single byte costs as much: 32 of them are taken at once.
_LEAST = 128

NO_PONG = "no pong came"
_CROWDED = f"a message of over {USUAL} bytes came while many others were not complete"


class Link(AsyncWebSocketSession):
    """An open socket. `texts` is called by one task; `send_text` by any."""

    # Beyond thirty names a dictionary of them shares nothing with the next link's, and takes a kilobyte more.
    __slots__ = (
        "_budget", "_clock", "_goodbye", "_heard", "_incoming", "_is_over", "_kept", "_listener",
        "_pinged", "_problem", "_small", "_source", "_turns", "_unfinished", "_unread", "_waits",
        "closed_with", "headers", "woken_at",
    )  # fmt: skip

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
                await self._source.wait(until)
            finally:  # also where it is cancelled: what comes then is for the next who waits
                is_woken, self._waits = not self._waits, False
                woken_at, self.woken_at = self.woken_at, -inf
            # Whoever woke it may mean a moment that is yet to come: the caller asks for that one, then.
            if is_woken or woken_at < until or self._clock.now().mono >= min(deadline, self._life_sign_due()):
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
            self.woken_at = deadline
            self._source.ring_at(deadline)

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
