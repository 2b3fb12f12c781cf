"""Tells systemd and the log how it stands: that the daemon is ready, then what changes, soon."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import anyio
import structlog

from automaton.core.absent_servers import MOST_ABSENT
from automaton.core.targets.first_seen import MOST_IN_ALL, MOST_VALUES
from automaton.daemon.garbage_collection import sweep
from automaton.daemon.logs.forgotten_log import ForgottenLog
from automaton.daemon.logs.link_log import LinkLog
from automaton.daemon.logs.loss_log import LossLog
from automaton.daemon.logs.panel_log import PanelLog
from automaton.daemon.systemd import Systemd
from automaton.pace.clock import Clock
from automaton.web.fleet_summary import FleetSummary
from automaton.wings.link_supervisor import LinkStatus
from automaton.wings.pool import Pool

READY_WITHIN = 10.0  # seconds until READY, though a Panel has not answered: that is weather
LOOKED_EVERY, LOOKED_NO_LATER = 1.0, 5.0  # seconds
LOOKED_AT_A_SECOND = 1000  # links
TOO_MANY_ABSENT = (
    f"more than {MOST_ABSENT} of one node are not listed any more: cooldowns, breakers and mutes of those"
    " that are absent longest begin anew should these return"
)
TOO_MANY_VALUES = (
    f"`first` remembers {MOST_VALUES:,} values of one key and {MOST_IN_ALL:,} of all: those that came longest"
    " ago count as new should they return"
)


def until_next_look(links: int) -> float:
    """Seconds: so many links are looked at in each, and all of them at the latest in LOOKED_NO_LATER."""
    return min(max(LOOKED_EVERY, links / LOOKED_AT_A_SECOND), LOOKED_NO_LATER)


class StateReport:
    """`summary` sums up the fleet, its links being as given.

    `unreadable` are the parts of the memory that the engine could not read.
    `let_go` are the servers that are not listed any more and were forgotten early, for they were too many;
    `values_let_go` are those values of `first`.
    """

    def __init__(
        self,
        pool: Pool,
        summary: Callable[[Sequence[LinkStatus]], FleetSummary],
        unreadable: Callable[[], int],
        let_go: Callable[[], int],
        values_let_go: Callable[[], int],
        systemd: Systemd,
        losses: LossLog,
        name_of: Callable[[str], str],
        clock: Clock,
    ) -> None:
        self._pool = pool
        self._summary = summary
        self._unreadable = unreadable
        self._forgotten = (
            ForgottenLog("servers.forgotten", "servers", TOO_MANY_ABSENT, let_go),
            ForgottenLog("values.forgotten", "values", TOO_MANY_VALUES, values_let_go),
        )
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
        sweep()
        if parts := self._unreadable():
            self._log.error("memory.forgotten", parts=parts, reason="they are not as automaton writes them")
        links = self._pool.status()
        told = str(self._summary(links))
        self._systemd.ready(told)
        self._log.info("daemon.ready", status=told)
        while True:
            self._links.tell(links)
            self._panels.tell(self._pool.panel_statuses())
            now = self._clock.now()
            self._losses.tell(now)
            for one in self._forgotten:
                one.tell(now)
            await anyio.sleep(until_next_look(len(links)))
            links = self._pool.status()  # once a turn, for thousands of links take a while
            status = str(self._summary(links))
            if status != told:
                told = status
                self._systemd.status(status)
