"""One account of a Panel at run time: its tokens, and whether its key is accepted."""

from __future__ import annotations

from typing import Protocol

import anyio

from automaton.core.calls import Signal
from automaton.core.events import Profile
from automaton.core.outcome import Outcome
from automaton.pace.clock import Clock
from automaton.wings.session_output import Ended
from automaton.wings.token import Tokens, TokenSource


class ServerApi(TokenSource, Protocol):
    """Who lists servers, gives tokens, and takes actions: a Panel's account, or a node by itself.

    Raises Unreachable, TryLater or Refused; an action gives its Outcome instead, FAILED where it
    was surely not asked.
    """

    @property
    def goes_by_panel(self) -> bool:
        """Whether an action asks the Panel, so that its answer tells that the Panel is there."""
        ...

    async def servers(self) -> list[Profile]: ...

    async def server(self, uuid: str) -> Profile: ...

    async def permissions(self, uuid: str) -> frozenset[str]: ...

    async def power(self, uuid: str, signal: Signal) -> Outcome: ...

    async def command(self, uuid: str, text: str) -> Outcome: ...

    async def backup(self, uuid: str, name: str) -> Outcome: ...

    async def panel_silence(self) -> str:
        """Why the Panel that Wings asks before a start does not answer; empty where it does."""
        ...


class Account:
    """An API client with its tokens. Barred while its key is refused: to go on asking would lock it out."""

    def __init__(self, api: ServerApi, clock: Clock) -> None:
        self.api = api
        self.tokens = Tokens(api, clock)
        self.barred: Ended | None = None
        self.problem: Ended | None = None  # why its list could not be read the last time
        self._open = anyio.Event()
        self._open.set()

    async def admitted(self) -> None:
        """Waits while the key is refused."""
        await self._open.wait()

    def bar(self, why: Ended) -> None:
        """The key was refused: no link asks until a list was read with it."""
        if self.barred is None:
            self._open = anyio.Event()
        self.barred = self.problem = why

    def admit(self) -> bool:
        """The key is accepted; whether something was wrong before."""
        recovered = self.problem is not None
        self.barred = self.problem = None
        self._open.set()
        return recovered
