"""Commands, power actions, and what a Panel alone does: the API first, the websocket where that failed;
and questions, of which one too many does no harm: the websocket first.

The websocket is tried only when the API surely did not take the action, or when doing it twice is
harmless. Anything else that may have been done is UNKNOWN and never repeated. Nothing is started while
the Panel is down: Wings asks it first, and would stop a game for a restart that it cannot finish
(protocol.md 5.1). Where servers are owned under a lease, each call is fenced by it up to the socket; on a
node without a Panel it has a socket of its own then, and that one way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import inf
from random import Random

import anyio

from automaton.core.calls import FileChange, Signal
from automaton.core.outcome import Outcome, Result
from automaton.pace.acting_lease import LONGEST_CALL, ActingLease, Failpoint, FencedCall, under
from automaton.pace.clock import Clock
from automaton.wings.account import ServerApi
from automaton.wings.acting_socket import ActingSocket, SignsTokens
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


@dataclass(frozen=True, slots=True)
class Outlived:
    """Something of a call that was written when the lease had been over for so many seconds."""

    server: str
    what: str
    seconds: float


def _nobody(_outlived: Outlived) -> None:
    pass


class ServerActions:
    """What the daemon can do to a server of its pool, by uuid.

    `lease` says for how long it may; a daemon on its own has none. `tell` is told of what was written too
    late, and `outlived` counts it, None without a lease. `failpoint` is for tests, and may be set at any
    time. `power_asked` counts power actions by what became of them, whoever asked.
    """

    def __init__(
        self,
        pool: Pool,
        clock: Clock,
        lease: ActingLease | None = None,
        tell: Callable[[Outlived], None] = _nobody,
        failpoint: Failpoint | None = None,
    ) -> None:
        self.failpoint = failpoint
        self._pool = pool
        self._clock = clock
        self._lease = lease
        self._tell = tell
        self._chance = Random()  # noqa: S311 - jitter, not secrets
        self._paces: dict[str, CommandPace] = {}
        self.power_asked: Counter[tuple[Signal, Result]] = Counter()
        self.outlived = None if lease is None else 0

    async def send_command(self, server: str, text: str) -> Outcome:
        """Types one console command. Over the websocket it may have to wait for its turn."""
        return await self._fenced(server, "send", lambda link, call: self._send_command(link, text, call))

    async def ask_console(self, server: str, text: str) -> Outcome:
        """Types a question: over the socket that stands, which costs the Panel and its limits nothing.

        Where that cannot be, it goes the ways of any command.
        """
        return await self._fenced(server, "send", lambda link, call: self._ask_console(link, text, call))

    async def set_power(self, server: str, signal: Signal) -> Outcome:
        """Asks for one power action. A start, or a restart, first makes sure that the Panel is up."""
        outcome = await self._fenced(
            server, f"power {signal}", lambda link, call: self._set_power(link, signal, call)
        )
        self.power_asked[signal, outcome.result] += 1
        return outcome

    async def make_backup(self, server: str, name: str, locked: bool = False) -> Outcome:
        """Asks for a backup. Wings itself makes none without its Panel, so there is no second way."""
        return await self._of_panel(server, "backup", lambda api: api.backup(server, name, locked=locked))

    async def rotate_backups(self, server: str, made: tuple[str, ...], keep: int) -> Outcome:
        """Deletes the oldest of these backups, but so many."""
        return await self._of_panel(server, "rotate", lambda api: api.rotate_backups(server, made, keep))

    async def change_files(self, server: str, change: FileChange) -> Outcome:
        """Changes files, in the time that the Panel itself takes for it."""
        return await self._of_panel(
            server, "files", lambda api: api.change_files(server, change), longest=inf
        )

    async def set_startup(self, server: str, variables: tuple[tuple[str, str], ...]) -> Outcome:
        """Sets variables of the egg."""
        return await self._of_panel(server, "startup", lambda api: api.set_startup(server, variables))

    async def reinstall(self, server: str) -> Outcome:
        """Asks for an installation."""
        return await self._of_panel(server, "reinstall", lambda api: api.reinstall(server))

    async def _send_command(self, link: LinkSupervisor, text: str, call: FencedCall | None) -> Outcome:
        if call is not None and (own := self._socket(link)) is not None:
            return await own.command(text, call)
        with under(call):
            first = await link.account.api.command(link.server, text)
        if first.result is not Result.FAILED or _is_over(call):
            return first
        _doubt_panel(link)
        await self._pace(link.server)
        second = await link.driver.command(text, call)
        self._pace_of(link.server).answered(dropped=second.passing)
        return _joined(first, second)

    async def _ask_console(self, link: LinkSupervisor, text: str, call: FencedCall | None) -> Outcome:
        is_own = call is not None and isinstance(link.account.api, SignsTokens)  # its token must end in time
        if not is_own and self._pace_of(link.server).take(self._clock.now().mono):
            outcome = await link.driver.ask(text, call)
            if outcome.result is not Result.FAILED or _is_over(call):
                return outcome
        return await self._send_command(link, text, call)

    async def _set_power(self, link: LinkSupervisor, signal: Signal, call: FencedCall | None) -> Outcome:
        api, panel = link.account.api, link.panel
        starts = signal in STARTING
        if starts and not api.goes_by_panel and (outage := await panel.check()):
            return cannot_start(outage)
        if call is not None and (own := self._socket(link)) is not None:
            return await own.power(signal, call)
        with under(call):
            first = await api.power(link.server, signal)
        if _is_over(call) or (first.result is not Result.FAILED and not _is_harmless_twice(first)):
            return first
        if not starts:
            _doubt_panel(link)  # a stop and a kill need no Panel, and do not wait for it
        elif api.goes_by_panel and (outage := await panel.check()):
            return cannot_start(outage) if first.result is Result.FAILED else first
        return _joined(first, await link.driver.power(signal, call))

    def _socket(self, link: LinkSupervisor) -> ActingSocket | None:
        """A socket to act on one server, where we sign its token."""
        api = link.account.api
        if not isinstance(api, SignsTokens):
            return None
        return ActingSocket(link.server, api, link.options, self._clock, self._chance)

    async def _of_panel(
        self,
        server: str,
        what: str,
        ask: Callable[[ServerApi], Awaitable[Outcome]],
        longest: float = LONGEST_CALL,
    ) -> Outcome:
        """What only a Panel can do: there is no second way."""

        async def asked(link: LinkSupervisor, call: FencedCall | None) -> Outcome:
            with under(call):
                outcome = await ask(link.account.api)
            if outcome.result is Result.FAILED and not _is_over(call):
                _doubt_panel(link)
            return outcome

        return await self._fenced(server, what, asked, longest)

    async def _fenced(
        self,
        server: str,
        what: str,
        act: Callable[[LinkSupervisor, FencedCall | None], Awaitable[Outcome]],
        longest: float = LONGEST_CALL,
    ) -> Outcome:
        """What comes of acting on a server: under its lease and in the time of a call, where it has one."""
        link = self._pool.find(server)
        if link is None:
            return _unknown_server(server)
        if self._lease is None:
            return await act(link, None)
        call = FencedCall(self._lease, server, self.failpoint)
        outcome = None
        try:
            with anyio.move_on_after(longest):
                outcome = await act(link, call)
        finally:
            call.end()
            if call.outlived > 0:  # told also where it is broken off: whoever wakes up is fenced at once
                self.outlived = (self.outlived or 0) + 1
                self._tell(Outlived(server, what, call.outlived))
        if call.outlived > 0:
            return _found_late(call.outlived, outcome)
        return outcome or _too_long(longest, may_be_sent=call.may_be_sent)

    async def _pace(self, server: str) -> None:
        if (wait := self._pace_of(server).reserve(self._clock.now().mono)) > 0:
            await anyio.sleep(wait)

    def _pace_of(self, server: str) -> CommandPace:
        return self._paces.setdefault(server, CommandPace())


def _found_late(seconds: float, outcome: Outcome | None) -> Outcome:
    said = f"it was sent when the lease had been over for {seconds:.1f} s, and another member may act"
    answer = f"; answered: {outcome.result} {outcome.detail}".rstrip() if outcome is not None else ""
    return Outcome(Result.UNKNOWN, f"{said}{answer}", outcome.way if outcome is not None else "")


def _is_over(call: FencedCall | None) -> bool:
    """Whether its lease is over, or nearly: no other way is open then either."""
    return call is not None and (call.was_held or call.outlived > 0)


def _too_long(seconds: float, *, may_be_sent: bool) -> Outcome:
    if may_be_sent:
        return Outcome(Result.UNKNOWN, f"it was sent, and no answer came within {seconds:g} s")
    return Outcome(Result.FAILED, f"not sent: its turn did not come within {seconds:g} s", passing=True)


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
