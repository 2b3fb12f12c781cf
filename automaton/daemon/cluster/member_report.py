"""Tells systemd and the log how a member stands: its links and Panels, lines that were lost, what it owns."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import anyio

from automaton.daemon.engine_host import EngineHost
from automaton.daemon.logs.link_log import LinkLog
from automaton.daemon.logs.panel_log import PanelLog
from automaton.daemon.state_report import until_next_look
from automaton.daemon.systemd import Systemd
from automaton.pace.clock import Clock
from automaton.wings.pool import Pool


class MemberReport:
    """`hosts` gives the engines of this process, `summary` the line that `systemctl status` shows.

    `alive` is called while no engine turns here, which would do that itself: a member that owns nothing, or
    waits for NATS, is well.
    """

    def __init__(
        self,
        pool: Pool,
        hosts: Callable[[], Iterable[EngineHost]],
        summary: Callable[[], str],
        alive: Callable[[], None],
        systemd: Systemd,
        name_of: Callable[[str], str],
        clock: Clock,
    ) -> None:
        self._pool = pool
        self._hosts = hosts
        self._summary = summary
        self._alive = alive
        self._systemd = systemd
        self._links = LinkLog(name_of)
        self._panels = PanelLog()
        self._clock = clock

    async def run(self) -> None:
        """What changes, once a second or, with thousands of links, in some, until cancelled."""
        told = self._summary()
        self._systemd.ready(told)
        while True:
            links = self._pool.status()
            self._links.tell(links)
            self._panels.tell(self._pool.panel_statuses())
            now = self._clock.now()
            hosts = list(self._hosts())
            for host in hosts:
                host.losses.tell(now)
            if not hosts:
                self._alive()
            status = self._summary()
            if status != told:
                told = status
                self._systemd.status(status)
            await anyio.sleep(until_next_look(len(links)))
