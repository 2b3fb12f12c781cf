"""Tells systemd and the log how it stands: that the daemon is ready, then what changes, once a second."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import anyio
import structlog

from automaton.core.absent_servers import MOST_ABSENT
from automaton.core.moment import Moment
from automaton.daemon import garbage_collection
from automaton.daemon.fleet_summary import FleetSummary
from automaton.daemon.logs.link_log import LinkLog
from automaton.daemon.logs.loss_log import LOGGED_EVERY, LossLog
from automaton.daemon.logs.panel_log import PanelLog
from automaton.daemon.systemd import Systemd
from automaton.pace.clock import Clock
from automaton.wings.pool import Pool

READY_WITHIN = 10.0  # seconds until READY, though a Panel has not answered: that is weather
LOOKED_EVERY = 1.0


class StateReport:
    """`unreadable` are the parts of the memory that the engine could not read.

    `let_go` are the servers that are not listed any more and were forgotten early, for they were too many.
    """

    def __init__(
        self,
        pool: Pool,
        summary: Callable[[], FleetSummary],
        unreadable: Callable[[], int],
        let_go: Callable[[], int],
        systemd: Systemd,
        losses: LossLog,
        name_of: Callable[[str], str],
        clock: Clock,
    ) -> None:
        self._pool = pool
        self._summary = summary
        self._unreadable = unreadable
        self._let_go = let_go
        self._let_go_told = 0
        self._let_go_again = -inf
        self._systemd = systemd
        self._losses = losses
        self._links = LinkLog(name_of)
        self._panels = PanelLog()
        self._clock = clock
        self._log = structlog.get_logger()

    async def run(self) -> None:
        """READY once each Panel answered or failed once; then the state of things, until cancelled."""
        with anyio.move_on_after(READY_WITHIN):
            await self._pool.answered()
        garbage_collection.sweep()
        if parts := self._unreadable():
            self._log.error("memory.forgotten", parts=parts, reason="they are not as automaton writes them")
        told = str(self._summary())
        self._systemd.ready(told)
        self._log.info("daemon.ready", status=told)
        while True:
            self._links.tell(self._pool.status())
            self._panels.tell(self._pool.panel_statuses())
            now = self._clock.now()
            self._losses.tell(now)
            self._tell_let_go(now)
            await anyio.sleep(LOOKED_EVERY)
            status = str(self._summary())
            if status != told:
                told = status
                self._systemd.status(status)

    def _tell_let_go(self, now: Moment) -> None:
        """At once, then once a minute at most: a node that invents servers does it with each list."""
        count = self._let_go()
        if count == self._let_go_told or now.mono < self._let_go_again:
            return
        self._let_go_again = now.mono + LOGGED_EVERY
        self._log.warning(
            "servers.forgotten", servers=count - self._let_go_told,
            reason=f"more than {MOST_ABSENT} of one node are not listed any more: cooldowns, breakers and "
            "mutes of those that are absent longest begin anew should these return",
        )  # fmt: skip
        self._let_go_told = count
