"""The composition root: everything is built here, handed to each other, run in one task group, and ended.

Nothing else knows the whole; each part is given what it uses. A bug in any task ends the daemon loudly;
weather never comes this far.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, TextIO

import anyio
import structlog
from anyio.abc import TaskGroup

from automaton.configuration.load import CheckedConfiguration, Configuration
from automaton.core.calls import QueryPort
from automaton.daemon import huge_pages
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.channels import channels_of
from automaton.daemon.connections import UNVERIFIED, Network, unverified
from automaton.daemon.endpoints import serve_control, serve_hooks
from automaton.daemon.engine_host import EngineHost
from automaton.daemon.fleet_summary import sum_up
from automaton.daemon.garbage_collection import GarbageCollection, tune
from automaton.daemon.heartbeat import Heartbeat, beat_of
from automaton.daemon.logs.log_setup import set_up_logs
from automaton.daemon.logs.watchdog_log import WatchdogLog
from automaton.daemon.page.process import PageProcess
from automaton.daemon.page.settings import page_settings
from automaton.daemon.process import process_of
from automaton.daemon.recorder import Sink
from automaton.daemon.reload import Reload
from automaton.daemon.services.about import AboutService
from automaton.daemon.services.deliveries import DeliveriesService
from automaton.daemon.services.metrics import Measured, MetricsService
from automaton.daemon.services.rule_files import RuleFilesService
from automaton.daemon.services.status import StatusService
from automaton.daemon.signals import obey_signals
from automaton.daemon.state_folder import StateFolder
from automaton.daemon.state_report import StateReport
from automaton.daemon.systemd import Systemd
from automaton.daemon.watchdog import Watchdog
from automaton.delivery.notifier import Notifier, Surroundings
from automaton.delivery.sender import Sender
from automaton.pace.clock import Clock
from automaton.settings.model import Settings
from automaton.web.control_api import ControlApi
from automaton.web.fleet_summary import FleetSummary
from automaton.web.hooks import HooksApi
from automaton.web.routes import cluster
from automaton.web.routes.reload import Reloaded
from automaton.wings.link_supervisor import LinkStatus


class Daemon:
    """One running daemon. `load` reads the configuration anew, for a reload.

    `network`, `sender` and `games` stand for sockets, chat and games, where there shall be none. `control` is
    where the control socket is made. `recording` takes all that the engine is given, from the start.
    `state` is where the journal lies; without it nothing outlives this process. The page's process logs to
    `page_output`, else to stderr.
    """

    def __init__(
        self,
        configuration: Configuration,
        load: Callable[[], CheckedConfiguration],
        clock: Clock,
        *,
        env: Mapping[str, str],
        chance: Random | None = None,
        network: Network | None = None,
        sender: Sender | None = None,
        games: QueryPort | None = None,
        control: Path | None = None,
        recording: Sink | None = None,
        state: StateFolder | None = None,
        page_output: TextIO | None = None,
    ) -> None:
        chance = chance or Random()  # noqa: S311 - jitter, not secrets
        settings = configuration.settings
        self.active = active = ActiveConfiguration(configuration)
        self.clock = clock
        self._env = env
        self._control = control
        self._state = state
        self._log = structlog.get_logger()

        self.process = process = process_of(
            active, clock, chance, network=network, sender=sender, games=games
        )
        self.connections = process.connections
        pool = self.connections.pool
        self._systemd = Systemd(env)
        self._watchdog = Watchdog()
        self._watchdog_log = WatchdogLog(process.name_of)
        self._heartbeat = Heartbeat(beat_of(settings), clock)
        self.host = host = EngineHost(
            process, pool, pool.queue, state, self._notifier, recording=recording, alive=self._alive,
            # Far below the half that systemd advises (sd_watchdog_enabled): it acts soon after a loop stands.
            pulse=(self._systemd.watchdog or 60.0) / 5,
        )  # fmt: skip
        engine = host.engine
        self.deliveries = DeliveriesService(
            active, self.post, host.labels.find, clock, process.sender, host.acts
        )
        self._report = StateReport(
            pool, self.summary, lambda: engine.unreadable, lambda: engine.let_go,
            lambda: engine.values_let_go, self._systemd, host.losses, process.name_of, clock,
        )  # fmt: skip
        self._reload = Reload(
            active, load, self._take, self._systemd, self.summary, clock, host.acts.tell_reload,
            lambda: (server.facts.pack for server in engine.servers().values()),
        )  # fmt: skip
        self.status = StatusService(
            active, host.inspector, pool, host.decisions, self._reload, self.summary, process.name_of, clock,
            lambda: self.deliveries.deliveries().deliveries,
        )  # fmt: skip
        self.rule_files = RuleFilesService(active)
        self.page = self._page(settings, chance, page_output)
        self.about = AboutService(
            active, host.inspector.facts, pool, self._reload, clock, has_journal=host.writer is not None
        )
        self.metrics = MetricsService(
            Measured(
                active=active, engines=lambda: [host.measured()], connections=self.connections,
                watchdog=self._watchdog, heartbeat=self._heartbeat, reload=self._reload,
                actions=process.actions, deliveries=lambda: [self.post.counts],
                targets=lambda: self.deliveries.deliveries().deliveries,
                page_starts=lambda: self.page.starts if self.page is not None else None,
            ),
            clock,
        )  # fmt: skip

    def name_of(self, key: str) -> str:
        """A server's name, for people; with its id where others bear it too."""
        return self.process.name_of(key)

    def summary(self, links: Sequence[LinkStatus] | None = None) -> FleetSummary:
        """The whole in numbers; `links` where somebody has looked at them already."""
        links = self.connections.pool.status() if links is None else links
        return sum_up(links, self.host.engine.open_states(), len(self.active.book.rules))

    async def run(self, *, signals: bool = True, hung_up: Callable[[], bool] = lambda: False) -> None:
        """Until SIGTERM or SIGINT, or until cancelled. `hung_up`: whether a SIGHUP came before this."""
        tune()
        settings = self.active.settings
        self._log.info("daemon.started", rules=len(self.active.book.rules), arm=self.active.limits.arm)
        for name in unverified(settings):
            self._log.warning("certificates.unverified", panel=name, reason=UNVERIFIED)
        try:
            async with anyio.create_task_group() as tasks:
                if signals:
                    stop = partial(self.stop, tasks)
                    await tasks.start(obey_signals, tasks, self.reload, stop, hung_up, name="signals")
                self.host.begin(tasks)
                tasks.start_soon(self.connections.pool.run, name="pool")
                tasks.start_soon(self._heartbeat.run, name="heartbeat")
                tasks.start_soon(self._report.run, name="state report")
                tasks.start_soon(GarbageCollection().run, name="garbage collection")
                tasks.start_soon(huge_pages.ask_again_and_again, name="huge pages")
                if self._control is not None:
                    tasks.start_soon(serve_control, self._control, self._control_api(), name="control")
                if self.page is not None:
                    tasks.start_soon(self.page.run, name="page")
                if (at := settings.hooks_address) is not None:
                    api = HooksApi(self.host.hooks, self.clock, self.host.ack_pages.routes())
                    tasks.start_soon(serve_hooks, *at, settings.hooks_key, api, self.clock, name="hooks")
        finally:
            # After all tasks: one that is about to ask must not find its client closed.
            with anyio.CancelScope(shield=True):
                await self.connections.aclose()
        self._log.info("daemon.ended")

    async def stop(self, tasks: TaskGroup) -> None:
        """Judges nothing more, lets what was asked come to its end for some seconds, then ends all tasks."""
        self._log.info("daemon.stopping")
        self._systemd.stopping()
        await self.host.end()
        tasks.cancel_scope.cancel()

    async def reload(self) -> Reloaded:
        """Takes the files as they are now, all or nothing, and says whether and why not."""
        return await self._reload.reload()

    def _take(self, new: Configuration) -> None:
        """Puts a configuration into force: whatever is built from one above is told of the new one here."""
        if new.settings.log != self.active.settings.log:
            set_up_logs(new, self._env)
        self.active.configuration = new
        if self._state is not None:
            self._state.change(new.settings)
        self.host.take(new)
        self.process.choose(new)
        self._heartbeat.beat = beat_of(new.settings)
        if self.page is not None:
            self.page.change()

    def _notifier(self, around: Surroundings, kept: Mapping[str, Any]) -> Notifier:
        process, channels = self.process, channels_of(self.active.settings)
        self.post = Notifier(channels, process.clock, process.chance, process.sender, around, kept)
        return self.post

    def _page(self, settings: Settings, chance: Random, output: TextIO | None) -> PageProcess | None:
        """The page, where an address is named and it can ask at the control socket."""
        control = self._control
        if settings.page_address is None or control is None:
            return None
        host, port = settings.page_address
        told = partial(page_settings, control=control)
        return PageProcess(host, port, lambda: told(self.active.settings), self.clock, chance, output=output)

    def _control_api(self) -> ControlApi:
        return ControlApi(
            [
                *self.status.routes(),
                *self.host.routes(),
                *self.deliveries.routes(),
                *self.rule_files.routes(),
                *self._reload.routes(),
                *self.metrics.routes(),
                *self.about.routes(),
                *cluster.routes_alone(),
            ],
            self.host.confirmations.confirmed,
        )

    def _alive(self) -> None:
        look = self._watchdog.look(self.clock.now().mono, self.connections.pool.queue.waiting())
        self._watchdog_log.tell(look)
        if look.is_well:
            self._systemd.alive()
            self._heartbeat.turned()
