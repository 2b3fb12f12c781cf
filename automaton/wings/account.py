"""One account of a Panel at run time: its API client, its tokens, and whether its key is accepted."""

from __future__ import annotations

from typing import Protocol

import anyio

from automaton.core.calls import FileChange, Signal
from automaton.core.events import Profile
from automaton.core.outcome import Outcome
from automaton.pace.clock import Clock
from automaton.wings.session_output import Ended
from automaton.wings.token import Tokens, TokenSource


class ServerApi(TokenSource, Protocol):
    """The API that lists servers, gives tokens and takes actions: a Panel's for one key, or a node's own.

    Raises Unreachable, TryLater or Refused. An action gives an Outcome instead: FAILED where the request
    surely did not arrive.
    """

    @property
    def goes_by_panel(self) -> bool:
        """True where actions go through the Panel, so that an answer proves that the Panel is up."""

    async def servers(self) -> list[Profile]:
        """All servers that the key may see, each once."""

    async def server(self, uuid: str) -> Profile:
        """One server as it is described now."""

    async def permissions(self, uuid: str) -> frozenset[str]:
        """What the key may do to the server, in the Panel's words; `*` is everything."""

    async def power(self, uuid: str, signal: Signal) -> Outcome:
        """Asks for a power action. DONE means that it was taken, not that it succeeded."""

    async def command(self, uuid: str, text: str) -> Outcome:
        """Types a console command. DONE means that it reached the process."""

    async def backup(self, uuid: str, name: str, *, locked: bool = False) -> Outcome:
        """Asks for a backup. DONE means that it began."""

    async def rotate_backups(self, uuid: str, made: tuple[str, ...], keep: int) -> Outcome:
        """Deletes the oldest of the backups with these uuids but `keep`; `ref` are those left."""

    async def change_files(self, uuid: str, change: FileChange) -> Outcome:
        """Changes the server's files."""

    async def set_startup(self, uuid: str, variables: tuple[tuple[str, str], ...]) -> Outcome:
        """Sets variables of its egg, for the next start."""

    async def reinstall(self, uuid: str) -> Outcome:
        """Asks for an installation. DONE means that it began."""

    async def panel_outage(self) -> str:
        """Why the Panel that Wings asks before a start does not answer; empty where it does."""


class Account:
    """An API client with its tokens. Barred while its key is refused: to go on asking could lock it out."""

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
        """The key was refused: no link asks until a list has been read with it."""
        if self.barred is None:
            self._open = anyio.Event()
        self.barred = self.problem = why

    def admit(self) -> bool:
        """The key is accepted. True where something was wrong before."""
        recovered = self.problem is not None
        self.barred = self.problem = None
        self._open.set()
        return recovered
