"""What an operator does to servers without a running daemon: the same clients, by the configuration alone.

Each thing asked is one short life of an event loop; no link is kept and no rule is judged.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from random import Random
from typing import TypeVar

import anyio

from automaton.configuration.load import Configuration, load_configuration
from automaton.core.calls import Signal
from automaton.core.console.command import CommandRefused, check_command
from automaton.core.events import Profile
from automaton.core.outcome import Outcome, Result
from automaton.daemon.connections import Connections
from automaton.daemon.console_stream import console_of
from automaton.daemon.services.servers import AN_OPERATORS
from automaton.errors import AutomatonError, Refused, Unreachable, Weather
from automaton.pace.clock import SystemClock
from automaton.settings.credential_sources import sources_of
from automaton.web.action_result import ActionResult
from automaton.web.routes.console import ConsoleRecord
from automaton.web.routes.servers import ServerRow
from automaton.wings.account import ServerApi
from automaton.wings.frame_recorder import FrameRecorder
from automaton.wings.panel_links import PanelAccess
from automaton.wings.server_actions import STARTING, cannot_start
from automaton.wings.token import Tokens

T = TypeVar("T")
Reach = tuple[int, int]
"""By which Panel or node a server is reached, and by which of its accounts."""


class DirectClient:
    """`servers` must be called first: it finds which account reaches each server."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._reach: dict[str, Reach] = {}
        self._unheard: list[AutomatonError] = []

    def servers(self) -> list[ServerRow]:
        """All that the configuration chooses, of the Panels and nodes that answer."""
        return self._live(self._list)

    def unheard(self) -> list[AutomatonError]:
        """Who did not answer when the servers were listed last, and why."""
        return list(self._unheard)

    def command(self, server: ServerRow, text: str) -> ActionResult:
        """Types a command as it stands. One that is no single, short line is refused."""
        try:
            check_command(text, AN_OPERATORS)
        except CommandRefused as problem:
            return ActionResult(Result.REFUSED.value, f"it was not sent: {problem}")
        return _answer(self._live(lambda fleet: self._steward(fleet, server).command(server.uuid, text)))

    def power(self, server: ServerRow, signal: Signal) -> ActionResult:
        """Asks for a power action. A node whose Panel is down would stop a game that it cannot start."""
        return _answer(self._live(lambda fleet: _power(self._steward(fleet, server), server.uuid, signal)))

    def console(self, server: ServerRow, *, follow: bool, take: Callable[[ConsoleRecord], None]) -> None:
        """Hands each record of the console to `take`, as it comes."""
        self._live(lambda fleet: self._console(fleet, server, follow, take))

    def record(self, server: ServerRow, write: Callable[[str], object], seconds: float | None) -> int:
        """Records a socket of its own, until `seconds` passed or a signal, and counts its frames."""
        return self._live(lambda fleet: self._record(fleet, server, write, seconds))

    async def _record(
        self, fleet: Connections, server: ServerRow, write: Callable[[str], object], seconds: float | None
    ) -> int:
        clock, door = SystemClock(), fleet.houses[self._reach[server.uuid][0]].options
        tokens = Tokens(self._steward(fleet, server), clock)
        ended: AutomatonError | None = None
        recording = FrameRecorder(server.uuid, tokens, door, clock, write)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_until_signalled, tasks.cancel_scope, name="signals")
            try:
                await recording.record(seconds)
            except AutomatonError as problem:
                ended = problem  # raised below, on its own and not within a group
            tasks.cancel_scope.cancel()
        if ended is not None:
            raise ended
        return recording.frames

    async def _list(self, fleet: Connections) -> list[ServerRow]:
        rows: dict[str, ServerRow] = {}
        contested: dict[str, str] = {}  # the servers that nobody has, each with who lists it too
        self._unheard.clear()
        for place, house in enumerate(fleet.houses):
            for number, steward in enumerate(house.apis):
                for profile in await self._listed(house.name, steward):
                    if not house.watches(profile):
                        continue
                    if profile.uuid not in rows:
                        rows[profile.uuid] = self._row(profile, house)
                        self._reach[profile.uuid] = (place, number)
                    elif self._is_contest(fleet, profile.uuid, place):
                        contested[profile.uuid] = house.name
        for uuid, name in contested.items():
            row = rows.pop(uuid)
            self._unheard.append(
                Refused(f"{row.name} is listed by {row.panel} and by {name}: it is neither's")
            )
        return list(rows.values())

    def _is_contest(self, fleet: Connections, server: str, place: int) -> bool:
        """Whether another of the same kind had it before (wings/claims.py). Panels come before nodes."""
        before = self._reach[server][0]
        kinds = (fleet.houses[one].options.without_panel for one in (before, place))
        return before != place and len(set(kinds)) == 1

    async def _listed(self, house: str, steward: ServerApi) -> list[Profile]:
        try:
            return await steward.servers()
        except Weather as problem:
            self._unheard.append(Unreachable(f"{house}: {problem}"))
        except Refused as problem:
            self._unheard.append(Refused(f"{house}: {problem}"))
        return []

    async def _console(
        self, fleet: Connections, server: ServerRow, follow: bool, take: Callable[[ConsoleRecord], None]
    ) -> None:
        clock, door = SystemClock(), fleet.houses[self._reach[server.uuid][0]].options
        tokens = Tokens(self._steward(fleet, server), clock)
        async with aclosing(console_of(server.uuid, door, tokens, clock, follow=follow)) as console:
            async for heard in console:
                take(heard)

    def _steward(self, fleet: Connections, server: ServerRow) -> ServerApi:
        place, number = self._reach[server.uuid]
        return fleet.houses[place].apis[number]

    def _row(self, profile: Profile, house: PanelAccess) -> ServerRow:
        tags = self._configuration.book.tags_of(profile, "")
        pack, why = self._configuration.packs.choice(profile, tags)
        return ServerRow(
            uuid=profile.uuid,
            id=profile.id,
            name=profile.name,
            node=profile.node,
            panel=house.name,
            egg=profile.egg,
            pack=pack,
            pack_by=why,
        )

    def _live(self, ask: Callable[[Connections], Awaitable[T]]) -> T:
        async def life() -> T:
            fleet = Connections(self._configuration, SystemClock(), Random())  # noqa: S311 - jitter, not secrets
            try:
                return await ask(fleet)
            finally:
                await fleet.aclose()

        return anyio.run(life)


def direct(path: Path) -> DirectClient:
    """A client by this file. Raises ConfigurationError, or Refused where its keys cannot be read here.

    Whoever may read the files that systemd takes the service's credentials from has the keys too.
    """
    sources = sources_of(path)
    configuration = load_configuration(path, os.environ, in_service=False, sources=sources).or_raise()
    settings = configuration.settings
    shut = [str(name) for name, panel in settings.panels.items() if not all(k.reveal() for k in panel.keys)]
    shut += [str(name) for name in settings.nodes if name not in configuration.nodes]
    if shut:
        raise Refused(
            f"no daemon runs, and the secrets of {', '.join(shut)} are the service's own, not readable here:"
            " start the daemon, which is asked then"
        )
    return DirectClient(configuration)


async def _until_signalled(scope: anyio.CancelScope) -> None:
    """Cancels at the first wish to end."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            scope.cancel()
            return


async def _power(steward: ServerApi, uuid: str, signal: Signal) -> Outcome:
    if signal in STARTING and not steward.goes_by_panel and (silence := await steward.panel_outage()):
        return cannot_start(silence)
    return await steward.power(uuid, signal)


def _answer(outcome: Outcome) -> ActionResult:
    return ActionResult(outcome.result.value, outcome.detail, outcome.way)
