"""What people may ask of a member: its front for the whole cluster, what it is itself, and its page."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, TextIO

from anyio.abc import TaskGroup
from msgspec.structs import replace

from automaton.cluster.control.front import Front
from automaton.cluster.control.hook_receiver import ClusterHooks
from automaton.cluster.control.reach import Reach
from automaton.cluster.control.shards import Shards
from automaton.cluster.control.spread import Spread
from automaton.daemon.cluster.cluster_figures import Counted, cluster_figures
from automaton.daemon.cluster.member_figures import MemberFigures
from automaton.daemon.cluster.shared_secrets import SharedSecrets
from automaton.daemon.endpoints import serve_control, serve_hooks
from automaton.daemon.heartbeat import Heartbeat
from automaton.daemon.logs.watchdog_log import WatchdogLog
from automaton.daemon.page.process import PageProcess
from automaton.daemon.page.settings import page_settings
from automaton.daemon.process import Process
from automaton.daemon.reload import Reload
from automaton.daemon.services.about import AboutService
from automaton.daemon.services.cluster import ClusterService, ClusterSight
from automaton.daemon.services.hooks import hook_tokens
from automaton.daemon.services.metrics import Measured, MetricsService
from automaton.daemon.services.rule_files import RuleFilesService
from automaton.daemon.watchdog import Watchdog
from automaton.web.control_api import ControlApi
from automaton.web.hooks import HooksApi
from automaton.web.pages.page_settings import PageSettings


class MemberSight(ClusterSight, Protocol):
    """What is needed of the member."""

    def counted(self) -> Counted:
        """What its parts count."""

    def lost_rows(self) -> int:
        """Rows of the audit trail that found no room on their way to where all members read it."""


class Desk:
    """`shared` is what all members have of links and sessions. `control` is where the control socket is made.

    The page logs to `page_output`, else to stderr.
    """

    def __init__(
        self, process: Process, sight: MemberSight, shards: Shards, figures: MemberFigures,
        reload: Reload, heartbeat: Heartbeat, shared: SharedSecrets, *, control: Path | None,
        page_output: TextIO | None,
    ) -> None:  # fmt: skip
        active, clock = process.active, process.clock
        self._process = process
        self._figures = figures
        self._control = control
        self._shared = shared
        self._watchdog = Watchdog()
        self._watchdog_log = WatchdogLog(process.name_of)
        self.page = self._page(page_output)
        self.metrics = MetricsService(
            Measured(
                active=active, engines=figures.engines, connections=process.connections,
                watchdog=self._watchdog, heartbeat=heartbeat, reload=reload, actions=process.actions,
                deliveries=figures.deliveries, targets=figures.targets,
                page_starts=lambda: self.page.starts if self.page is not None else None,
                cluster=lambda: cluster_figures(sight.seen(), sight.counted()),
                rows_lost=sight.lost_rows,
            ),
            clock,
        )  # fmt: skip
        pool = process.connections.pool
        about = AboutService(active, figures.facts, pool, reload, clock, has_journal=True)
        self._own = ControlApi([
            *ClusterService(sight).routes(), *RuleFilesService(active).routes(), *reload.routes(),
            *self.metrics.routes(), *about.routes(), *shared.routes(),
        ])  # fmt: skip
        self.front = Front(shards, clock)
        reach = Reach(shards)
        self.spread = Spread(shards, reach)
        hooks = ClusterHooks(shards, reach, lambda: hook_tokens(active.settings))
        # Links of messages lead there too; sessions are nobody's business who comes by a port.
        links = shared.links.routes() if shared.links is not None else ()
        self._hooks = HooksApi(hooks, clock, links)

    @property
    def own(self) -> ControlApi:
        """The routes that are this process's own."""
        return self._own

    def begin(self, tasks: TaskGroup) -> None:
        """Answers from now on, as far as anything is known."""
        if self._control is not None:
            tasks.start_soon(serve_control, self._control, self.front, name="control")
        if self.page is not None:
            tasks.start_soon(self.page.run, name="page")
        settings, clock = self._process.active.settings, self._process.clock
        if (at := settings.hooks_address) is not None:
            tasks.start_soon(serve_hooks, *at, settings.hooks_key, self._hooks, clock, name="hooks")

    def change(self) -> None:
        """After a reload."""
        if self.page is not None:
            self.page.change()

    def is_well(self) -> bool:
        """Whether the engines take what waits for them, all of them: the watchdog may be fed."""
        waiting = [one for engine in self._figures.engines() for one in engine.queue.waiting()]
        look = self._watchdog.look(self._process.clock.now().mono, waiting)
        self._watchdog_log.tell(look)
        return look.is_well

    def _page(self, output: TextIO | None) -> PageProcess | None:
        """The page, where an address is named and it can ask at the control socket."""
        process, control = self._process, self._control
        settings = process.active.settings
        if settings.page_address is None or control is None:
            return None
        host, port = settings.page_address

        def told() -> PageSettings:
            now = page_settings(process.active.settings, control)
            return replace(now, sessions=self._shared.known_sessions())

        return PageProcess(host, port, told, process.clock, process.chance, output=output)
