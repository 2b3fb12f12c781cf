"""A socket that is opened to do one thing, whose token ends with the lease: Wings does nothing stale.

The link that listens keeps its ordinary token, and nothing that changes a server goes over it. What is late,
for whatever reason, comes on a token that has expired, which Wings drops (protocol.md 2.6). Its clock judges.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random
from typing import Protocol, runtime_checkable

import anyio

from automaton.core.calls import Signal
from automaton.core.events import Event, LinkUp, StateChanged, StateReported
from automaton.core.outcome import Outcome, Result
from automaton.errors import Refused
from automaton.pace.acting_lease import FencedCall, LeaseTooShort
from automaton.pace.clock import Clock
from automaton.wings.link_opening import ConnectOptions
from automaton.wings.pending_action import WAY
from automaton.wings.session import Session
from automaton.wings.session_driver import SessionDriver
from automaton.wings.session_output import Ended
from automaton.wings.token import Grant, Tokens

ALLOWED_SKEW = 2.0
"""Seconds by which a node's clock may be behind ours without its taking something stale: NTP keeps a tenth of
that at the worst. A node whose clock is some seconds ahead takes nothing at all, which is told."""

OPENED_WITHIN = 10.0  # seconds, from the call to the state that Wings tells after the `auth`

REFUSED = (
    "the node does not take a token that ends with the lease; perhaps its clock is ahead of this machine's"
)


@runtime_checkable
class SignsTokens(Protocol):
    """What has a node's own key."""

    def brief_token(self, server: str, seconds: float) -> Grant:
        """A token that Wings takes for no longer than so many seconds from now, by its own clock."""


class ActingSocket:
    """One thing done to one server over a socket of its own."""

    def __init__(
        self, server: str, signer: SignsTokens, options: ConnectOptions, clock: Clock, chance: Random
    ) -> None:
        self._server = server
        self._signer = signer
        self._session = Session(server, chance, brief=True)
        self._driver = SessionDriver(self._session, options, Tokens(self, clock), clock, self)
        self._lease: FencedCall | None = None
        self._ready = anyio.Event()
        self._is_up = False
        self._end: Ended | None = None

    async def power(self, signal: Signal, call: FencedCall) -> Outcome:
        """Asks for a power action."""
        return await self._do(lambda: self._driver.power(signal, call), call)

    async def command(self, text: str, call: FencedCall) -> Outcome:
        """Types a command."""
        return await self._do(lambda: self._driver.command(text, call), call)

    # What its session asks for, and tells

    async def websocket(self, server: str) -> Grant:
        """The one token that it gets: another would outlive what the first was for."""
        call, self._lease = self._lease, None
        if call is None:
            raise Refused(REFUSED)
        return self._signer.brief_token(server, call.left - ALLOWED_SKEW)

    def put(self, event: Event) -> None:
        """Waits for the state, which Wings tells first: the listening link has told all of this already."""
        self._is_up = self._is_up or isinstance(event, LinkUp)
        if self._is_up and isinstance(event, StateChanged | StateReported):
            self._ready.set()

    def list_again(self) -> None:
        """Leaves that to the link that listens."""

    async def _do(self, act: Callable[[], Awaitable[Outcome]], call: FencedCall) -> Outcome:
        try:
            call.look()
        except LeaseTooShort as problem:
            return problem.outcome(WAY)
        self._lease = call
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._connect)
            with anyio.move_on_after(OPENED_WITHIN):
                await self._ready.wait()
            outcome = await act() if self._session.is_live else self._not_opened()
            tasks.cancel_scope.cancel()
        return outcome

    async def _connect(self) -> None:
        self._end = await self._driver.connect()
        self._ready.set()

    def _not_opened(self) -> Outcome:
        end = self._end
        why = (end.detail or end.cause.value) if end is not None else f"not within {OPENED_WITHIN:g} s"
        said = f"not sent: no socket to act could be opened at the node ({why})"
        return Outcome(Result.FAILED, said, WAY, passing=True)
