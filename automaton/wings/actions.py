"""Commands, power actions, backups: over the Panel, which answers; over the websocket where it is down.

An action is asked a second way only when it was surely not asked the first, or cannot be done twice:
what else may have been done is UNKNOWN, never done again.
"""

from __future__ import annotations

import anyio

from automaton.core.calls import Signal
from automaton.core.outcome import Outcome, Result
from automaton.pace.clock import Clock
from automaton.wings.command_pace import CommandPace
from automaton.wings.pool import Pool


class Actions:
    """The hands of the daemon on its servers."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._paces: dict[str, CommandPace] = {}

    async def send_command(self, server: str, text: str) -> Outcome:
        """Types one console command."""
        keeper = self._pool.find(server)
        if keeper is None:
            return _unknown_server(server)
        first = await keeper.account.steward.command(server, text)
        if first.result is not Result.FAILED:
            return first
        await self._pace(server)
        second = await keeper.conversation.command(text)
        self._paces[server].answered(dropped=second.passing)
        return _joined(first, second)

    async def set_power(self, server: str, signal: Signal) -> Outcome:
        """Asks for one power action."""
        keeper = self._pool.find(server)
        if keeper is None:
            return _unknown_server(server)
        first = await keeper.account.steward.power(server, signal)
        if first.result is not Result.FAILED and not _is_harmless_twice(first):
            return first
        return _joined(first, await keeper.conversation.power(signal))

    async def make_backup(self, server: str, name: str) -> Outcome:
        """Asks for a backup. Wings itself makes none without its Panel, so there is no second way."""
        keeper = self._pool.find(server)
        if keeper is None:
            return _unknown_server(server)
        return await keeper.account.steward.backup(server, name)

    async def _pace(self, server: str) -> None:
        pace = self._paces.setdefault(server, CommandPace())
        if (wait := pace.reserve(self._clock.now().mono)) > 0:
            await anyio.sleep(wait)


def _joined(first: Outcome, second: Outcome) -> Outcome:
    """The second answer; where neither way was open, why not the first either."""
    if second.result is not Result.FAILED:
        return second
    return Outcome(first.result, f"{first.detail}; {second.detail}", second.way, first.passing)


def _is_harmless_twice(outcome: Outcome) -> bool:
    return outcome.result is Result.UNKNOWN and outcome.passing


def _unknown_server(server: str) -> Outcome:
    return Outcome(Result.FAILED, f"no server {server} is watched")
