"""Commands, power actions, and what a Panel alone does: the API first, the websocket where that failed.

The websocket is tried only when the API surely did not take the action, or when doing it twice is
harmless. Anything else that may have been done is UNKNOWN and never repeated. Nothing is started while
the Panel is down: Wings asks it first, and would stop a game for a restart that it cannot finish
(protocol.md 5.1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable

import anyio

from automaton.core.calls import FileChange, Signal
from automaton.core.outcome import Outcome, Result
from automaton.pace.clock import Clock
from automaton.wings.account import ServerApi
from automaton.wings.command_pace import CommandPace
from automaton.wings.link_supervisor import LinkSupervisor
from automaton.wings.pool import Pool

PANEL = "panel"  # the `way` of an outcome that went through the Panel, or would have gone

STARTING = frozenset({Signal.START, Signal.RESTART})
"""The actions for which Wings asks its Panel, before or halfway."""


def cannot_start(outage: str) -> Outcome:
    """The outcome of a start whose Panel does not answer, for this reason: nothing is sent."""
    detail = f"the Panel does not answer ({outage}): Wings could not start the server"
    return Outcome(Result.FAILED, detail, PANEL, passing=True)


class ServerActions:
    """What the daemon can do to a server of its pool, by uuid.

    `power_asked` counts power actions by what became of them, whoever asked.
    """

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._paces: dict[str, CommandPace] = {}
        self.power_asked: Counter[tuple[Signal, Result]] = Counter()

    async def send_command(self, server: str, text: str) -> Outcome:
        """Types one console command. Over the websocket it may have to wait for its turn."""
        supervisor = self._pool.find(server)
        if supervisor is None:
            return _unknown_server(server)
        first = await supervisor.account.api.command(server, text)
        if first.result is not Result.FAILED:
            return first
        _doubt_panel(supervisor)
        await self._pace(server)
        second = await supervisor.driver.command(text)
        self._paces[server].answered(dropped=second.passing)
        return _joined(first, second)

    async def set_power(self, server: str, signal: Signal) -> Outcome:
        """Asks for one power action. A start, or a restart, first makes sure that the Panel is up."""
        outcome = await self._set_power(server, signal)
        self.power_asked[signal, outcome.result] += 1
        return outcome

    async def _set_power(self, server: str, signal: Signal) -> Outcome:
        supervisor = self._pool.find(server)
        if supervisor is None:
            return _unknown_server(server)
        api, panel = supervisor.account.api, supervisor.panel
        starts = signal in STARTING
        if starts and not api.goes_by_panel and (outage := await panel.check()):
            return cannot_start(outage)
        first = await api.power(server, signal)
        if first.result is not Result.FAILED and not _is_harmless_twice(first):
            return first
        if not starts:
            _doubt_panel(supervisor)  # a stop and a kill need no Panel, and do not wait for it
        elif api.goes_by_panel and (outage := await panel.check()):
            return cannot_start(outage) if first.result is Result.FAILED else first
        return _joined(first, await supervisor.driver.power(signal))

    async def make_backup(self, server: str, name: str, locked: bool = False) -> Outcome:
        """Asks for a backup. Wings itself makes none without its Panel, so there is no second way."""
        return await self._of_panel(server, lambda api: api.backup(server, name, locked=locked))

    async def rotate_backups(self, server: str, made: tuple[str, ...], keep: int) -> Outcome:
        """Deletes the oldest of these backups, but so many."""
        return await self._of_panel(server, lambda api: api.rotate_backups(server, made, keep))

    async def change_files(self, server: str, change: FileChange) -> Outcome:
        """Changes files."""
        return await self._of_panel(server, lambda api: api.change_files(server, change))

    async def set_startup(self, server: str, variables: tuple[tuple[str, str], ...]) -> Outcome:
        """Sets variables of the egg."""
        return await self._of_panel(server, lambda api: api.set_startup(server, variables))

    async def reinstall(self, server: str) -> Outcome:
        """Asks for an installation."""
        return await self._of_panel(server, lambda api: api.reinstall(server))

    async def _of_panel(self, server: str, ask: Callable[[ServerApi], Awaitable[Outcome]]) -> Outcome:
        """What only a Panel can do: there is no second way."""
        supervisor = self._pool.find(server)
        if supervisor is None:
            return _unknown_server(server)
        outcome = await ask(supervisor.account.api)
        if outcome.result is Result.FAILED:
            _doubt_panel(supervisor)
        return outcome

    async def _pace(self, server: str) -> None:
        pace = self._paces.setdefault(server, CommandPace())
        if (wait := pace.reserve(self._clock.now().mono)) > 0:
            await anyio.sleep(wait)


def _joined(first: Outcome, second: Outcome) -> Outcome:
    """The second outcome; where both ways failed, with both reasons."""
    if second.result is not Result.FAILED:
        return second
    return Outcome(first.result, f"{first.detail}; {second.detail}", second.way, first.passing)


def _doubt_panel(supervisor: LinkSupervisor) -> None:
    """A failure through the Panel may be its outage; a node's failure says nothing about its Panel."""
    if supervisor.account.api.goes_by_panel:
        supervisor.panel.suspect()


def _is_harmless_twice(outcome: Outcome) -> bool:
    return outcome.result is Result.UNKNOWN and outcome.passing


def _unknown_server(server: str) -> Outcome:
    return Outcome(Result.FAILED, f"no server {server} is watched")
