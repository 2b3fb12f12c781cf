"""The servers that are watched, and what a person does to one by hand: past rules and limits, and logged."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing

import anyio.lowlevel
import structlog
from msgspec.structs import replace
from starlette.routing import Route

from automaton.core.calls import Signal
from automaton.core.console.command import CommandRefused, check_command
from automaton.core.facts.facts import Facts
from automaton.core.outcome import Outcome, Result
from automaton.core.pack import Pack
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.console_stream import console_of
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.status_rows import NameOf, fact_rows, server_row
from automaton.pace.clock import Clock
from automaton.web.routes import console, server_actions, servers
from automaton.web.routes.console import ConsoleRecord
from automaton.web.routes.servers import ServerList, ServerRow
from automaton.wings.link_supervisor import LinkStatus
from automaton.wings.pool import Pool
from automaton.wings.server_actions import ServerActions

PORTION = 50
"""Servers whose facts are read in one go: all of two thousand would keep the engine for half a second."""

AN_OPERATORS = Pack("", stop=frozenset())  # whoever types by hand may type the stop command too


class ServersService:
    """Lists servers, acts on one, and shows its console."""

    def __init__(
        self,
        active: ActiveConfiguration,
        inspector: Inspector,
        pool: Pool,
        actions: ServerActions,
        name_of: NameOf,
        clock: Clock,
    ) -> None:
        self._active = active
        self._inspector = inspector
        self._pool = pool
        self._actions = actions
        self._name_of = name_of
        self._clock = clock
        self._log = structlog.get_logger()

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return [*servers.routes(self), *server_actions.routes(self), *console.routes(self)]

    def servers(self) -> ServerList:
        """All that are watched, by name."""
        now = self._clock.now()
        return _by_name(server_row(facts, link, now) for facts, link in self._watched())

    async def servers_with_facts(self) -> ServerList:
        """All that are watched with all that is known of each, by name."""
        rows = []
        for number, (facts, link) in enumerate(self._watched(), 1):
            now = self._clock.now()
            row = server_row(facts, link, now)
            rows.append(replace(row, pack_by=self._why(facts), facts=fact_rows(facts, now.mono)))
            if number % PORTION == 0:
                await anyio.lowlevel.checkpoint()
        return _by_name(rows)

    def _why(self, facts: Facts) -> str:
        """Why a server has its pack, by the files as they were read last."""
        configuration = self._active.configuration
        tags = configuration.book.tags_of(facts.profile, "")
        return configuration.packs.choice(facts.profile, tags)[1]

    def _watched(self) -> list[tuple[Facts, LinkStatus]]:
        known = self._inspector.facts()
        return [(known[link.server], link) for link in self._pool.status() if link.server in known]

    def knows(self, server: str) -> bool:
        """Whether a server with this full uuid is watched."""
        return self._pool.find(server) is not None

    async def command(self, server: str, text: str) -> Outcome:
        """Types a command as it stands. One that is no single, short line is refused."""
        try:
            outcome = await self._actions.send_command(server, check_command(text, AN_OPERATORS))
        except CommandRefused as problem:
            outcome = Outcome(Result.REFUSED, f"it was not sent: {problem}")
        self._tell("operator.command", server, outcome, command=text)
        return outcome

    async def power(self, server: str, signal: Signal) -> Outcome:
        """Asks for a power action; how the server goes on is seen in its state."""
        outcome = await self._actions.set_power(server, signal)
        self._tell("operator.power", server, outcome, signal=signal.value)
        return outcome

    async def console(self, server: str, *, follow: bool) -> AsyncGenerator[ConsoleRecord, None]:
        """What Wings kept, then with `follow` what comes."""
        keeper = self._pool.find(server)
        if keeper is None:
            yield ConsoleRecord(end="the server is not watched any more", failed=True)
            return
        tokens = keeper.account.tokens
        async with aclosing(
            console_of(server, keeper.options, tokens, self._clock, follow=follow)
        ) as console:
            async for heard in console:
                yield heard

    def _tell(self, event: str, server: str, outcome: Outcome, **what: str) -> None:
        name = self._name_of(server)
        self._log.info(event, server=name, **what, result=outcome.result.value, detail=outcome.detail)


def _by_name(rows: Iterable[ServerRow]) -> ServerList:
    return ServerList(sorted(rows, key=lambda row: (row.name.casefold(), row.uuid)))
