"""A person asks a game whether it answers: at its console where its pack has a question, else by network.

As `automaton send` it is past rules and limits, and written down. One question at a time for each server.
"""

from __future__ import annotations

import anyio
import structlog
from starlette.routing import Route

from automaton.core.calls import QueryPort
from automaton.core.events import Event, LinePrinted, State
from automaton.core.facts.facts import Facts
from automaton.core.facts.queried import read_query
from automaton.core.outcome import Outcome, Result
from automaton.core.pack import PROBED, Question
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.links import Links
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.servers import HandTold
from automaton.daemon.services.status_rows import NameOf
from automaton.pace.clock import Clock
from automaton.web.routes import probe
from automaton.web.routes.probe import ProbeResult
from automaton.wings.server_actions import ServerActions

LONGEST_WAIT = 8.0
"""Seconds that a person waits: a pack may allow its game half a minute, and a page waits ten seconds."""


class ProbeService:
    """Asks, and listens for the answer.

    `observe` must be called with each event before it is judged, or at least while answers are `awaited`.
    """

    def __init__(
        self,
        active: ActiveConfiguration,
        inspector: Inspector,
        links: Links,
        actions: ServerActions,
        games: QueryPort,
        name_of: NameOf,
        clock: Clock,
        told: HandTold,
    ) -> None:
        self._active = active
        self._inspector = inspector
        self._links = links
        self._actions = actions
        self._games = games
        self._name_of = name_of
        self._clock = clock
        self._told = told
        self.awaited: dict[str, anyio.Event] = {}
        self._log = structlog.get_logger()

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return probe.routes(self)

    def knows(self, server: str) -> bool:
        """Whether a server with this full uuid is watched."""
        return self._links.find(server) is not None

    def observe(self, event: Event) -> None:
        """Hears the answer."""
        if not self.awaited or not isinstance(event, LinePrinted) or event.server not in self.awaited:
            return
        reading = self._inspector.read_line(event)
        if reading is not None and PROBED in reading.events:
            self.awaited[event.server].set()

    async def probe(self, server: str, who: str) -> ProbeResult:
        """Asks, waits, and writes down who asked and what became of it."""
        found = await self._probed(server)
        result = {"answered": Result.DONE, "silent": Result.UNKNOWN}.get(found.result, Result.REFUSED)
        self._told(server, "probed", Outcome(result, found.detail, found.way), who, {})
        self._log.info(
            "operator.probe", server=self._name_of(server), result=found.result, detail=found.detail, by=who
        )
        return found

    async def _probed(self, server: str) -> ProbeResult:
        facts = self._inspector.facts_of(server)
        if facts is None or not facts.connected or facts.state is None:
            return _not_asked("there is no link, so nobody could hear the answer")
        if facts.state is not State.RUNNING:
            return _not_asked(f"the server is {facts.state.value}")
        if server in self.awaited:
            return _not_asked("somebody is asking it just now")
        question = self._active.book.pack(facts.pack).probe
        if question is not None:
            return await self._at_console(server, question)
        return await self._over_network(facts)

    async def _at_console(self, server: str, question: Question) -> ProbeResult:
        heard = self.awaited[server] = anyio.Event()
        begun, asked = self._clock.now().mono, f"`{'`, `'.join(question.send)}` was typed"
        within = min(question.within, LONGEST_WAIT)
        try:
            for command in question.send:
                outcome = await self._actions.send_command(server, command)
                if outcome.is_in_vain:
                    return _not_asked(f"`{command}` could not be typed: {outcome.detail}")
            with anyio.move_on_after(within):
                await heard.wait()
        finally:
            del self.awaited[server]
        took = self._clock.now().mono - begun
        if heard.is_set():
            return ProbeResult(
                result="answered", detail=f"{asked}, and it answered", way="console", seconds=took
            )
        detail = f"{asked}, and no answer came within {within:g} s"
        return ProbeResult(result="silent", detail=detail, way="console")

    async def _over_network(self, facts: Facts) -> ProbeResult:
        address = facts.queried.address
        if address is None:
            return _not_asked(f"its pack has no question, and over the network: {facts.queried.trouble}")
        begun = self._clock.now().mono
        outcome = await self._games.ask(address.protocol, address.host, address.port)
        asked = f"{address.protocol.value} at {address.host}:{address.port} was asked"
        answer = read_query(outcome.body) if outcome.result is Result.DONE else None
        if answer is not None:
            players = "" if answer.players is None else f", {answer.players} players"
            return ProbeResult(
                result="answered", detail=f"{asked}, and it answered{players}", way="query",
                seconds=self._clock.now().mono - begun,
            )  # fmt: skip
        if outcome.result is Result.FAILED:
            return _not_asked(outcome.detail)
        return ProbeResult(result="silent", detail=f"{asked}: {outcome.detail}", way="query")


def _not_asked(why: str) -> ProbeResult:
    return ProbeResult(result="not_asked", detail=why)
