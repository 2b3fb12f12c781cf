"""The servers that are watched, and what a person does to one by hand: past rules and limits, and logged."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from typing import Protocol

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
from automaton.daemon.links import Links
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.status_rows import NameOf, fact_rows, server_row
from automaton.natural_order import natural_order
from automaton.pace.clock import Clock
from automaton.web.routes import console, server_actions, servers
from automaton.web.routes.console import ConsoleRecord
from automaton.web.routes.servers import ServerList, ServerRow
from automaton.wings.link_supervisor import LinkStatus
from automaton.wings.server_actions import ServerActions

PORTION, PORTION_WITH_FACTS = 200, 15
"""Servers that are read in one go: all facts of two thousand would keep the engine for half a second."""

AN_OPERATORS = Pack("", stop=frozenset())  # whoever types by hand may type the stop command too


class HandTold(Protocol):
    """Who writes down what a person did: as `TrailRows.of_hand`."""

    def __call__(self, server: str, deed: str, outcome: Outcome, by: str, what: Mapping[str, str], /) -> None:
        """Takes one deed with its outcome."""


class ServersService:
    """Lists servers, acts on one, and shows its console."""

    def __init__(
        self,
        active: ActiveConfiguration,
        inspector: Inspector,
        links: Links,
        actions: ServerActions,
        name_of: NameOf,
        clock: Clock,
        told: HandTold,
    ) -> None:
        self._active = active
        self._inspector = inspector
        self._links = links
        self._actions = actions
        self._name_of = name_of
        self._clock = clock
        self._told = told
        self._log = structlog.get_logger()

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return [*servers.routes(self), *server_actions.routes(self), *console.routes(self)]

    async def servers(self) -> ServerList:
        """All that are watched, by name. It may yield to the engine."""
        rows = []
        for number, (facts, link) in enumerate(self._watched(), 1):
            rows.append(server_row(facts, link, self._clock.now()))
            if number % PORTION == 0:
                await anyio.lowlevel.checkpoint()
        return _by_name(rows)

    async def servers_with_facts(self) -> ServerList:
        """All that are watched with all that is known of each, by name. It may yield to the engine."""
        rows = []
        for number, (facts, link) in enumerate(self._watched(), 1):
            now = self._clock.now()
            row = server_row(facts, link, now)
            rows.append(self._with_facts(row, facts, now.mono))
            if number % PORTION_WITH_FACTS == 0:
                await anyio.lowlevel.checkpoint()
        return _by_name(rows)

    def server(self, server: str) -> ServerRow | None:
        """One of them with all that is known of it; None for one that is not known to the engine."""
        facts, link, now = self._inspector.facts_of(server), self._links.status_of(server), self._clock.now()
        if facts is None or link is None:
            return None
        return self._with_facts(server_row(facts, link, now), facts, now.mono)

    def _with_facts(self, row: ServerRow, facts: Facts, mono: float) -> ServerRow:
        return replace(row, pack_by=self._why(facts), facts=fact_rows(facts, mono))

    def _why(self, facts: Facts) -> str:
        """Why a server has its pack, by the files as they were read last."""
        configuration = self._active.configuration
        tags = configuration.book.tags_of(facts.profile, "")
        return configuration.packs.choice(facts.profile, tags)[1]

    def _watched(self) -> list[tuple[Facts, LinkStatus]]:
        known = self._inspector.facts()
        return [(known[link.server], link) for link in self._links.status() if link.server in known]

    def knows(self, server: str) -> bool:
        """Whether a server with this full uuid is watched."""
        return self._links.find(server) is not None

    async def command(self, server: str, text: str, who: str = "") -> Outcome:
        """Types a command as it stands. One that is no single, short line is refused."""
        try:
            outcome = await self._actions.send_command(server, check_command(text, AN_OPERATORS))
        except CommandRefused as problem:
            outcome = Outcome(Result.REFUSED, f"it was not sent: {problem}")
        self._tell("operator.command", server, outcome, who, command=text)
        self._told(server, "typed", outcome, who, {"command": text})
        return outcome

    async def power(self, server: str, signal: Signal, who: str = "") -> Outcome:
        """Asks for a power action; how the server goes on is seen in its state."""
        outcome = await self._actions.set_power(server, signal)
        self._tell("operator.power", server, outcome, who, signal=signal.value)
        self._told(server, "asked for", outcome, who, {"signal": signal.value})
        return outcome

    async def console(self, server: str, *, follow: bool) -> AsyncGenerator[ConsoleRecord, None]:
        """What Wings kept, then with `follow` what comes."""
        keeper = self._links.find(server)
        if keeper is None:
            yield ConsoleRecord(end="the server is not watched any more", failed=True)
            return
        tokens = keeper.account.tokens
        async with aclosing(
            console_of(server, keeper.options, tokens, self._clock, follow=follow)
        ) as console:
            async for heard in console:
                yield heard

    def _tell(self, event: str, server: str, outcome: Outcome, who: str, **what: str) -> None:
        self._log.info(
            event, server=self._name_of(server), **what, result=outcome.result.value, detail=outcome.detail,
            by=who,
        )  # fmt: skip


def _by_name(rows: Iterable[ServerRow]) -> ServerList:
    return ServerList(sorted(rows, key=lambda row: (natural_order(row.name), row.uuid)))
