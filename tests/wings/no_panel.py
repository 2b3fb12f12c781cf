"""An API of tests that takes nothing of what a Panel alone can do."""

from __future__ import annotations

from automaton.core.calls import FileChange
from automaton.core.outcome import Outcome, Result

REFUSED = Outcome(Result.REFUSED)


class NoPanel:
    async def backup(self, uuid: str, name: str, *, locked: bool = False) -> Outcome:
        return REFUSED

    async def rotate_backups(self, uuid: str, made: tuple[str, ...], keep: int) -> Outcome:
        return REFUSED

    async def change_files(self, uuid: str, change: FileChange) -> Outcome:
        return REFUSED

    async def set_startup(self, uuid: str, variables: tuple[tuple[str, str], ...]) -> Outcome:
        return REFUSED

    async def reinstall(self, uuid: str) -> Outcome:
        return REFUSED
