"""Drives one session over its links: a token, the upgrade, messages in, frames out, until the end.

It waits for its own socket and tokens only: events are handed on without waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf
from typing import Protocol

import anyio

from automaton.core.calls import Signal
from automaton.core.events import Event
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.errors import AutomatonError, Refused, TryLater, Unreachable, Untrusted, Weather
from automaton.pace.acting_lease import FencedCall, LeaseTooShort, under
from automaton.pace.backoff import retry_after
from automaton.pace.clock import Clock
from automaton.wings.causes import PLANS, Cause
from automaton.wings.frames import write_frame
from automaton.wings.link import NO_PONG, Link
from automaton.wings.link_opening import AddressUnusable, ConnectOptions, UpgradeRefused, opened
from automaton.wings.node_errors import NodeRefuses, NodeSilent
from automaton.wings.pending_action import WAY
from automaton.wings.session import Session
from automaton.wings.session_output import (
    ActionAnswered,
    Authenticate,
    Ended,
    ListAgain,
    NeedToken,
    Output,
    SendFrame,
)
from automaton.wings.token import Token, Tokens
from automaton.wings.upgrade import socket_url
from automaton.wings.websocket_parser import WebsocketBroken

ASKED_WITHIN = 30.0  # seconds, far more than the session itself waits for an answer


class EventSink(Protocol):
    """Takes what a session puts out. Neither method waits."""

    def put(self, event: Event) -> None:
        """Something happened to the server, or to its link."""

    def list_again(self) -> None:
        """The list of servers has probably changed."""


class SessionDriver:
    """One server's session on the wire, one connection at a time."""

    def __init__(
        self, session: Session, options: ConnectOptions, tokens: Tokens, clock: Clock, sink: EventSink
    ) -> None:
        self.session = session
        self._options = options
        self._tokens = tokens
        self._clock = clock
        self._sink = sink
        self._link: Link | None = None
        self._first: Token | None = None  # the one that named the socket's address
        self._end: Ended | None = None
        self._frames: list[tuple[str, FencedCall | None]] = []
        self._later: list[Output] = []  # what the task is to do
        self._asked: anyio.Event | None = None  # set once a question is answered
        self._outcome: Outcome | None = None
        self._turn: anyio.Lock | None = None  # most servers are never asked anything over their socket

    async def connect(self) -> Ended:
        """Makes one connection and keeps it to its end. Never raises for the network: the end says why."""
        self._end = None
        await self._try()
        return self._end or Ended(Cause.DROPPED)

    async def _try(self) -> None:
        try:
            token = await self._tokens.get(self.session.server)
            url = socket_url(token.socket, allow_plain=self._options.allow_plain)
        except (Weather, Refused) as problem:
            self._take(self.session.ended(ended_by(problem), self._clock.now()))
        except ValueError as problem:
            self._take(self.session.ended(Ended(Cause.SOCKET_ADDRESS, str(problem)), self._clock.now()))
        else:
            self._first = token
            await self._connect(url)

    def switch_tokens(self, tokens: Tokens) -> None:
        """Takes tokens from another account; one that could not be had is asked for again."""
        self._tokens = tokens
        self.hurry()

    def hurry(self) -> None:
        """Asks soon for a token that could not be had: something changed, and it may be given now."""
        self.session.hurry(self._clock.now())
        self._wake()

    async def power(self, signal: Signal, call: FencedCall | None = None) -> Outcome:
        """Asks for a power action over the websocket, within the lease of `call` where there is one."""
        return await self._ask(lambda now: self.session.power(signal, now), call)

    async def command(self, text: str, call: FencedCall | None = None) -> Outcome:
        """Types a command over the websocket, within the lease of `call` where there is one."""
        return await self._ask(lambda now: self.session.command(text, now), call)

    async def ask(self, text: str, call: FencedCall | None = None) -> Outcome:
        """Types a question, within the lease of `call` where there is one; DONE once it is sent.

        FAILED, and nothing is sent, where an answer to something else is waited for.
        """
        asked, link = self.session.ask(text, self._clock.now()), self._link
        if isinstance(asked, Outcome):
            return asked
        assert link is not None  # a session without one blocks
        try:
            with under(call):
                await link.send_text(asked.frame)
        except LeaseTooShort as problem:
            return problem.outcome(WAY)
        except Unreachable as problem:
            return Outcome(Result.UNKNOWN, str(problem), WAY)
        return Outcome(Result.DONE, way=WAY)

    async def _connect(self, url: str) -> None:
        session, now = self.session, self._clock.now
        try:
            async with opened(self._options, url, self._clock) as link:
                await self._converse(link)
        except UpgradeRefused as problem:
            after = retry_after(problem.headers.get("retry-after"), now().wall)
            self._take(session.refused(problem.answer, problem.body, now(), after))
        except AddressUnusable as problem:
            self._take(session.ended(Ended(Cause.SOCKET_ADDRESS, str(problem)), now()))
        except Untrusted as problem:
            self._take(session.ended(Ended(Cause.CERTIFICATE, str(problem)), now()))
        except WebsocketBroken as problem:
            self._take(session.ended(Ended(Cause.PROTOCOL, str(problem)), now()))
        except Unreachable as problem:
            self._take(session.ended(Ended(Cause.UNREACHABLE, str(problem)), now()))

    async def _converse(self, link: Link) -> None:
        self._link = link
        try:
            async with anyio.create_task_group() as self._group:
                self._take(self.session.opened(self._clock.now()))
                link.listen(self._listen)
                while self._end is None:
                    if self._later:
                        later, self._later = self._later, []
                        self._take(later)
                        continue
                    if self._frames:
                        await self._flush()
                    self._hear(await link.texts(self.session.next_deadline()))
                self._group.cancel_scope.cancel()
        except* Unreachable:  # a write failed, in this task or in one that fetched a token
            self._take(self.session.closed(None, "", self._clock.now()))
        except* WebsocketBroken as group:
            self._take(self.session.ended(_breach(group), self._clock.now()))
        finally:
            self._link = None
            self._frames.clear()
            self._later.clear()

    def _listen(self, text: str, now: Moment) -> None:
        """Takes one message as it comes, in no task: whatever is to be done but an event, the task does."""
        link = self._link
        assert link is not None
        session = self.session
        outputs = session.received(text, now)
        for output in outputs:
            if isinstance(output, Event):
                self._sink.put(output)
            else:
                self._later.append(output)
        if self._later:
            link.wake(-inf)
        elif session.brings_deadline(outputs):
            link.wake(session.next_deadline())

    def _hear(self, texts: list[str]) -> None:
        link, session, now = self._link, self.session, self._clock.now()
        assert link is not None
        for text in texts:
            if outputs := session.received(text, now):
                self._take(outputs)
        if session.next_deadline() <= now.mono:
            self._take(session.advance(now))
        if link.closed_with is not None and self._end is None:
            if link.closed_with == (None, NO_PONG):
                self._take(session.ended(Ended(Cause.SILENT, NO_PONG), now))
            else:
                self._take(session.closed(*link.closed_with, now))

    def _take(self, outputs: Iterable[Output], call: FencedCall | None = None) -> None:
        """Does what the session says; frames, of that call, wait for `_flush`, for this never waits."""
        for output in outputs:
            match output:
                case Event():
                    self._sink.put(output)
                case SendFrame(frame=frame):
                    self._frames.append((frame, call))
                case Authenticate(jwt=jwt):
                    self._frames.append((write_frame("auth", jwt.reveal()), None))
                case NeedToken(fresh=fresh):
                    self._need_token(fresh)
                case ListAgain():
                    self._sink.list_again()
                case ActionAnswered(outcome=outcome):
                    self._outcome = outcome
                    if self._asked is not None:
                        self._asked.set()
                case Ended():
                    self._end = output
                    if output.cause is Cause.FLOODED and self._link is not None:
                        self._link.break_off(1008)

    async def _flush(self) -> None:
        while self._frames and self._link is not None:
            frame, call = self._frames.pop(0)
            if call is None:
                await self._link.send_text(frame)
            else:
                await self._send_fenced(self._link, frame, call)

    async def _send_fenced(self, link: Link, frame: str, call: FencedCall) -> None:
        try:
            with under(call):
                await link.send_text(frame)
        except LeaseTooShort as problem:
            if problem.begun:  # perhaps a part of a record of TLS is missing: nothing may follow it
                raise Unreachable(str(problem)) from problem
            self._take(self.session.withheld(str(problem)))

    def _need_token(self, fresh: bool) -> None:
        if not fresh and self._first is not None:
            self._take(self.session.token(self._first, self._clock.now()))
        else:
            self._group.start_soon(self._fetch, fresh)

    async def _fetch(self, fresh: bool) -> None:
        """Gets a token while another task reads the link."""
        try:
            token = await self._tokens.get(self.session.server, fresh=fresh)
        except (Weather, Refused) as problem:
            end = ended_by(problem)
            if PLANS[end.cause].list_again:
                self._sink.list_again()  # the link may stand, and another account may have to take over
            outputs = self.session.token_failed(end, self._clock.now())
        else:
            outputs = self.session.token(token, self._clock.now())
        self._take(outputs)
        await self._flush()
        self._wake()

    def _wake(self) -> None:
        """Lets the reading task see a deadline, or an end, that another task has set."""
        if self._link is not None:
            self._link.wake(-inf if self._end is not None else self.session.next_deadline())

    async def _ask(self, question: Callable[[Moment], list[Output]], call: FencedCall | None) -> Outcome:
        if self._turn is None:
            self._turn = anyio.Lock()
        async with self._turn:
            self._asked, self._outcome = anyio.Event(), None
            self._take(question(self._clock.now()), call)
            try:
                await self._flush()
            except Unreachable as problem:
                return self._outcome or Outcome(Result.UNKNOWN, str(problem), WAY)
            self._wake()
            with anyio.move_on_after(ASKED_WITHIN):
                await self._asked.wait()
            return self._outcome or Outcome(Result.UNKNOWN, "no answer came in time", WAY)


def ended_by(problem: AutomatonError) -> Ended:
    """The end of a link for an error of the API: a Panel's, or a node's."""
    match problem:
        case TryLater(after=after):
            return Ended(Cause.PANEL_LATER, str(problem), after)
        case Untrusted():
            return Ended(Cause.CERTIFICATE, str(problem))
        case NodeRefuses():
            return Ended(Cause.NODE_REFUSES, str(problem))
        case NodeSilent():
            return Ended(Cause.UNREACHABLE, str(problem))
        case Refused(status=401):
            return Ended(Cause.KEY_REFUSED, str(problem))
        case Refused(status=404):
            return Ended(Cause.PANEL_GONE, str(problem))
        case Refused(status=409):
            return Ended(Cause.PANEL_CONFLICT, str(problem))
        case Refused():
            return Ended(Cause.PANEL_REFUSED, str(problem))
    return Ended(Cause.PANEL_UNREACHABLE, str(problem))


_BREACHES = {1008: Cause.FLOODED, 1009: Cause.TOO_BIG}  # by the code that we close with


def _breach(group: BaseExceptionGroup[WebsocketBroken]) -> Ended:
    problem = group.exceptions[0]
    if isinstance(problem, BaseExceptionGroup):
        return _breach(problem)
    return Ended(_BREACHES.get(problem.code, Cause.PROTOCOL), str(problem))
