"""An API of tests: a Panel's for one key, without a Panel."""

from __future__ import annotations

import anyio

from automaton.core.calls import FileChange, Signal
from automaton.core.events import Profile
from automaton.core.outcome import Outcome, Result
from automaton.errors import AutomatonError, TryLater
from automaton.wings.token import Grant


class FakeApi:
    """Lists servers, and gives no tokens; `error` and `outage` say what is wrong with it."""

    def __init__(self, *servers: str) -> None:
        self.listed = [Profile(uuid=name, id=name, name=name) for name in servers]
        self.error: AutomatonError | None = None
        self.lists: list[float] = []
        self.tokens = 0
        self.goes_by_panel = True
        self.outage = ""
        self.probes: list[float] = []

    async def servers(self) -> list[Profile]:
        self.lists.append(anyio.current_time())  # noqa: TID251 - the virtual time of the test
        if self.error is not None:
            raise self.error
        return self.listed

    async def server(self, uuid: str) -> Profile:
        return next(profile for profile in self.listed if profile.uuid == uuid)

    async def permissions(self, uuid: str) -> frozenset[str]:
        return frozenset({"*"})

    async def websocket(self, server: str) -> Grant:
        self.tokens += 1
        raise self.error or TryLater("not now", after=3600)

    async def power(self, uuid: str, signal: Signal) -> Outcome:
        return Outcome(Result.DONE)

    async def command(self, uuid: str, text: str) -> Outcome:
        return Outcome(Result.DONE)

    async def backup(self, uuid: str, name: str, *, locked: bool = False) -> Outcome:
        return Outcome(Result.DONE)

    async def rotate_backups(self, uuid: str, made: tuple[str, ...], keep: int) -> Outcome:
        return Outcome(Result.DONE)

    async def change_files(self, uuid: str, change: FileChange) -> Outcome:
        return Outcome(Result.DONE)

    async def set_startup(self, uuid: str, variables: tuple[tuple[str, str], ...]) -> Outcome:
        return Outcome(Result.DONE)

    async def reinstall(self, uuid: str) -> Outcome:
        return Outcome(Result.DONE)

    async def panel_outage(self) -> str:
        self.probes.append(anyio.current_time())  # noqa: TID251 - the virtual time of the test
        return self.outage
