"""What can be asked of a running daemon over its control socket: how it stands, and to act.

Reads the engine between two of its turns, for both run in one loop; changes nothing of it. What an
operator asks goes to the server like a human's doing: past rules and limits, and into the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

import structlog

from automaton import __version__
from automaton.core.calls import Signal
from automaton.core.console.command import CommandRefused, check_command
from automaton.core.outcome import Outcome, Result
from automaton.core.pack import Pack
from automaton.daemon.console import console_of
from automaton.daemon.rows import decision_row, incident_row, parked_row, server_row
from automaton.web.shapes import Heard, Reloaded, Servers, Status
from automaton.wings.link_supervisor import LinkState, LinkStatus
from automaton.wings.panel_links import OF_SILENCE, PanelStatus
from automaton.wings.server_actions import ServerActions

if TYPE_CHECKING:
    from automaton.daemon.app import Daemon

DECISIONS_SHOWN = 10
AN_OPERATORS = Pack("", stop=frozenset())  # whoever types by hand may type the stop command too


class Control:
    """The control API's Hand, for one daemon."""

    def __init__(self, daemon: Daemon, actions: ServerActions) -> None:
        self._daemon = daemon
        self._actions = actions
        self._log = structlog.get_logger()

    def status(self) -> Status:
        """The whole, and what is not well with it."""
        daemon, now = self._daemon, self._daemon.clock.now()
        links = daemon.fleet.pool.status()
        counts = Counter(link.state.value for link in links)
        latest = list(daemon.ledger.latest)[-DECISIONS_SHOWN:]
        standings = daemon.engine.rule_states()
        return Status(
            summary=str(daemon.standings()),
            version=__version__,
            uptime=now - daemon.began,
            arm=daemon.configuration.limits.arm.value,
            rules=len(daemon.configuration.book.rules),
            links={state.value: counts[state.value] for state in LinkState},
            troubles=[
                *troubles(links, daemon.fleet.pool.panel_statuses(), daemon.last_reload),
                *(restlessness(rule, daemon.name_of(key), n) for rule, key, n in daemon.engine.restless()),
            ],
            parked=[parked_row(link, daemon.name_of) for link in links if link.state is LinkState.PARKED],
            incidents=[
                incident_row(one, daemon.engine.explainer.own_run(one, now), daemon.name_of, now)
                for one in standings
                if one.incident is not None
            ],
            decisions=[decision_row(one, daemon.name_of, now) for one in latest],
        )

    def servers(self) -> Servers:
        """All that are watched, by name."""
        now, known = self._daemon.clock.now(), self._daemon.engine.servers()
        rows = [
            server_row(known[link.server].facts, link, now)
            for link in self._daemon.fleet.pool.status()
            if link.server in known
        ]
        return Servers(sorted(rows, key=lambda row: (row.name.casefold(), row.uuid)))

    def knows(self, server: str) -> bool:
        return self._daemon.fleet.pool.find(server) is not None

    async def reload(self) -> Reloaded:
        return await self._daemon.reload()

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

    async def console(self, server: str, *, follow: bool) -> AsyncGenerator[Heard, None]:
        """What Wings kept, then with `follow` what comes."""
        keeper = self._daemon.fleet.pool.find(server)
        if keeper is None:
            yield Heard(end="the server is not watched any more", failed=True)
            return
        tokens, clock = keeper.account.tokens, self._daemon.clock
        async with aclosing(console_of(server, keeper.options, tokens, clock, follow=follow)) as console:
            async for heard in console:
                yield heard

    def _tell(self, event: str, server: str, outcome: Outcome, **what: str) -> None:
        name = self._daemon.name_of(server)
        self._log.info(event, server=name, **what, result=outcome.result.value, detail=outcome.detail)


def restlessness(rule: str, server: str, looks: int) -> str:
    """What the engine looked at so often that it is slowed down; of no rule where that is empty."""
    what = f"rule {rule} for {server}" if rule else f"what the engine plans for {server or 'the fleet'}"
    return f"{what} was looked at {looks} times though nothing happened, and is slowed down: a fault of ours"


def troubles(links: list[LinkStatus], houses: list[PanelStatus], last_reload: Reloaded | None) -> list[str]:
    """A sentence for each thing that is not well."""
    counts = Counter(link.state for link in links)
    down = counts[LinkState.RETRYING] + counts[LinkState.BLIND]
    found = []
    if parked := counts[LinkState.PARKED]:
        found.append("1 link waits for a person" if parked == 1 else f"{parked} links wait for a person")
    if down:
        found.append(f"{down} of {len(links)} links are down and tried again")
    for house in houses:
        if not house.has_answered:
            found.append(f"{house.name} has not answered yet: which servers it has is not known")
        if house.silence:
            found.append(
                f"the Panel of {house.name} does not answer: {house.silence}; no server can be started"
            )
        for number, account in enumerate(house.accounts, 1):
            if account.problem is not None and not (house.silence and account.problem.cause in OF_SILENCE):
                which = f", key {number}" if len(house.accounts) > 1 else ""
                found.append(f"the servers of {house.name}{which} cannot be listed: {account.problem.detail}")
    if last_reload is not None and not last_reload.taken:
        found.append(f"the last reload was refused: {last_reload.reason}")
    return found
