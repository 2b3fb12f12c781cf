"""The composition root: everything is built here, handed to each other, run in one task group, and ended.

Nothing else knows the whole; each part is given what it uses. A bug in any task ends the daemon loudly;
weather never comes this far.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import TextIO

import anyio
import structlog
from anyio.abc import TaskGroup, TaskStatus

from automaton.configuration.load import CheckedConfiguration, Configuration
from automaton.core.calls import QueryPort, World
from automaton.core.decision import Asked
from automaton.core.engine import Engine
from automaton.core.events import Event, JournalBack, JournalLost
from automaton.core.gates.limits import Limits
from automaton.core.outcome import Outcome
from automaton.core.rules.rule import Rulebook
from automaton.daemon import garbage_collection
from automaton.daemon.ack_key import AckKey
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.addresses import Addresses, addresses_of
from automaton.daemon.channels import channels_of
from automaton.daemon.confirmations import Confirmations
from automaton.daemon.connections import UNVERIFIED, Connections, Network, unverified
from automaton.daemon.dispatch import Dispatch
from automaton.daemon.endpoints import serve_control, serve_hooks
from automaton.daemon.engine_loop import EngineLoop
from automaton.daemon.fleet_summary import sum_up
from automaton.daemon.heartbeat import Heartbeat, beat_of
from automaton.daemon.logs.decision_log import DecisionLog, JoinedLedger
from automaton.daemon.logs.log_setup import set_up_logs
from automaton.daemon.logs.loss_log import LossLog
from automaton.daemon.logs.server_log import ServerLog
from automaton.daemon.logs.watchdog_log import WatchdogLog
from automaton.daemon.message_surroundings import MessageIncidents, MessageLabels
from automaton.daemon.page.process import PageProcess
from automaton.daemon.page.settings import page_settings
from automaton.daemon.person_acts import PersonActs
from automaton.daemon.programs import Programs, programs_of
from automaton.daemon.recorder import Recorder, Sink, keep
from automaton.daemon.reload import Reload
from automaton.daemon.remembered import Remembered
from automaton.daemon.server_names import ServerNames
from automaton.daemon.services.about import AboutService
from automaton.daemon.services.acknowledgements import AcknowledgementService
from automaton.daemon.services.arming import ArmingService
from automaton.daemon.services.breakers import BreakersService
from automaton.daemon.services.changes import ChangesService
from automaton.daemon.services.decision_history import DecisionHistory
from automaton.daemon.services.deliveries import DeliveriesService
from automaton.daemon.services.drills import DrillsService
from automaton.daemon.services.explanations import ExplanationBuilder
from automaton.daemon.services.hold import HoldService
from automaton.daemon.services.hooks import HookService
from automaton.daemon.services.incidents import IncidentsService
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.lines import LinesService
from automaton.daemon.services.metrics import Measured, MetricsService
from automaton.daemon.services.opening_evidence import OpeningEvidence
from automaton.daemon.services.probes import ProbeService
from automaton.daemon.services.rule_files import RuleFilesService
from automaton.daemon.services.rule_keys import RuleKeysService
from automaton.daemon.services.rules import RulesService
from automaton.daemon.services.server_view import ServerViewService
from automaton.daemon.services.servers import ServersService
from automaton.daemon.services.silences import SilencesService
from automaton.daemon.services.status import StatusService
from automaton.daemon.state_folder import StateFolder
from automaton.daemon.state_report import StateReport
from automaton.daemon.suspension_check import SuspensionCheck
from automaton.daemon.systemd import Systemd
from automaton.daemon.trail_rows import TrailRows
from automaton.daemon.turn_journal import TurnJournal
from automaton.daemon.watchdog import Watchdog
from automaton.delivery.apprise import AppriseSender
from automaton.delivery.notifier import Notifier, Surroundings
from automaton.delivery.sender import Sender
from automaton.journal.writer_thread import JournalState
from automaton.pace.clock import Clock
from automaton.pace.trust import tls_context
from automaton.query.asking import GameQueries
from automaton.schema.selector import NO_GROUPS, ServerSelector
from automaton.settings.model import Settings
from automaton.web.acknowledge import AckPages
from automaton.web.control_api import ControlApi
from automaton.web.fleet_summary import FleetSummary
from automaton.web.hooks import HooksApi
from automaton.web.routes import recording
from automaton.web.routes.reload import Reloaded
from automaton.wings.server_actions import ServerActions

RUNS_END_WITHIN = 3.0  # seconds; with the next, far below TimeoutStopSec of systemd/automaton.service
POST_ENDS_WITHIN = 5.0


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
        self.active = ActiveConfiguration(configuration)
        self.clock = clock
        self._env = env
        self._control = control
        self._recording = recording
        self._state = state
        self._log = structlog.get_logger()

        # What the daemon judges by.
        self._found = state.open() if state is not None else Remembered()
        self.engine = Engine(configuration.book, configuration.limits, clock.now(), self._found.memory)
        self.inspector = Inspector(self.engine)
        self.recorder = Recorder(self.engine, clock, self._judged_by)
        self.history = DecisionHistory(self.inspector.look, lambda: self.engine.now)
        self._rows = TrailRows(clock, self.history.cause, OpeningEvidence(self.active, self.inspector).of)
        self.writer = (
            state.writer(lambda: self.journal.everything(), self._journal_changed) if state else None
        )
        self.journal = TurnJournal(self.engine, clock, self._rows, self.writer, self._found.kept)

        # The outside world.
        self.connections = Connections(configuration, clock, chance, network)
        self.addresses = Addresses(
            addresses_of(settings), partial(network, tls_context()) if network else None
        )
        self.programs = Programs(programs_of(settings))
        pool = self.connections.pool
        actions = ServerActions(pool, clock)
        self.names = ServerNames()
        name_of = self.names.of
        self._confirmations = Confirmations(pool.queue.put, self.journal.committed)
        self._suspensions = SuspensionCheck(self.inspector.facts_of, pool.ask_panel)
        put, active, inspector = self._confirmations.put, self.active, self.inspector
        self.acknowledgements = AcknowledgementService(
            active, inspector, put, name_of, clock, AckKey(settings.state)
        )
        labels = MessageLabels(active, inspector, name_of, pool.panel_of)
        around = Surroundings(
            labels=labels,
            incidents=MessageIncidents(inspector),
            links=self.acknowledgements,
            store=self.journal,
            told=lambda report: self.journal.add(*self._rows.of_delivery(report)),
        )
        sender = sender or AppriseSender()
        self.post = Notifier(channels_of(settings), clock, chance, sender, around, self._found.messages())
        self._world = World(
            servers=actions, channels=self.post, addresses=self.addresses, programs=self.programs,
            games=games or GameQueries(clock),
        )  # fmt: skip

        # What is said of it, to the log and to systemd.
        self.drills = DrillsService(active, inspector, put, name_of, clock)
        self.changes = ChangesService(inspector, pool, name_of, clock, self._status_groups)
        self.lines = LinesService(inspector, pool, clock)
        self.decisions = DecisionLog(name_of)
        self._server_log = ServerLog(name_of)
        self._losses = LossLog(name_of)
        self._systemd = Systemd(env)
        self._watchdog = Watchdog()
        self._watchdog_log = WatchdogLog(name_of)
        self._heartbeat = Heartbeat(beat_of(settings), clock)
        self._report = StateReport(
            pool, self.summary, lambda: self.engine.unreadable, lambda: self.engine.let_go,
            lambda: self.engine.values_let_go, self._systemd, self._losses, name_of, clock,
        )  # fmt: skip

        self.loop = EngineLoop(
            self.engine,
            pool.queue,
            JoinedLedger(self.decisions, self.history, self.drills, self.changes),
            self.journal,
            self._say,
            self._perform,
            clock,
            recorder=self.recorder,
            before=self._before,
            after=self._after,
            alive=self._alive,
            # Far below the half that systemd advises (sd_watchdog_enabled): it acts soon after a loop stands.
            pulse=(self._systemd.watchdog or 60.0) / 5,
        )
        self._dispatch: Dispatch | None = None

        # What people and hooks may ask.
        acts = PersonActs(self.journal.tell, clock)
        explanations = ExplanationBuilder(inspector, self.history, pool, name_of, clock)
        self._reload = Reload(active, load, self._take, self._systemd, self.summary, clock, acts.tell_reload)
        self.status = StatusService(
            active, inspector, pool, self.decisions, self._reload, self.summary, name_of, clock,
            lambda: self.deliveries.deliveries().deliveries,
        )  # fmt: skip
        self.servers = ServersService(active, inspector, pool, actions, name_of, clock, self._done_by_hand)
        self.probes = ProbeService(
            active, inspector, pool, actions, self._world.games, name_of, clock, self._done_by_hand
        )
        self.server_view = ServerViewService(active, inspector, pool, self.servers, name_of, clock)
        self.rules = RulesService(active, inspector, explanations, self.history, clock)
        self.incidents = IncidentsService(active, inspector, put, name_of, clock, acts)
        self.silences = SilencesService(active.rule, inspector, put, name_of, clock)
        self.hold = HoldService(inspector, put, clock)
        self.rule_keys = RuleKeysService(active, inspector, name_of, clock)
        self.rule_files = RuleFilesService(active)
        self.arming = ArmingService(active, inspector, put, clock)
        self.breakers = BreakersService(active, inspector, put, name_of, clock)
        self._ack_pages = AckPages(self.acknowledgements, clock, self._confirmations.confirmed)
        self.page = self._page(settings, chance, page_output)
        self.deliveries = DeliveriesService(active, self.post, labels.find, clock, sender, acts)
        self.about = AboutService(
            active, inspector, pool, self._reload, clock, has_journal=self.writer is not None
        )
        self.metrics = MetricsService(
            Measured(
                active=active, inspector=inspector, connections=self.connections, loop=self.loop,
                watchdog=self._watchdog, heartbeat=self._heartbeat, reload=self._reload, actions=actions,
                calls=lambda: self._dispatch.ended if self._dispatch is not None else {},
                deliveries=self.post.counts, targets=lambda: self.deliveries.deliveries().deliveries,
                writer=self.writer,
                page_starts=lambda: self.page.starts if self.page is not None else None,
            ),
            clock,
        )  # fmt: skip
        self.hooks = HookService(
            active, inspector, pool.queue.put, name_of, clock
        )  # many, and may be dropped

    def name_of(self, key: str) -> str:
        """A server's name, for people; with its id where others bear it too."""
        return self.names.of(key)

    def summary(self) -> FleetSummary:
        """The whole in numbers."""
        rules = len(self.active.book.rules)
        return sum_up(self.connections.pool.status(), self.engine.open_states(), rules)

    async def run(self, *, signals: bool = True, hung_up: Callable[[], bool] = lambda: False) -> None:
        """Until SIGTERM or SIGINT, or until cancelled. `hung_up`: whether a SIGHUP came before this."""
        garbage_collection.tune()
        settings = self.active.settings
        self._log.info("daemon.started", rules=len(self.active.book.rules), arm=self.active.limits.arm)
        self.arming.tell_kept()
        for name in unverified(settings):
            self._log.warning("certificates.unverified", panel=name, reason=UNVERIFIED)
        pool = self.connections.pool
        try:
            async with anyio.create_task_group() as tasks:
                self._dispatch = Dispatch(
                    self._world, self.clock, tasks, pool.queue.put, self.name_of, self.journal.written,
                    self._call_ended,
                )  # fmt: skip
                if signals:
                    await tasks.start(self._obey_signals, tasks, hung_up, name="signals")
                if self._recording is not None:
                    # Before the loop turns: the recording begins with the first turn.
                    begun = self.recorder.begin(self._recording.part, began_with=self._found.memory or {})
                    tasks.start_soon(keep, self.recorder, begun, self._recording.write, name="recording")
                await self._begin_journal(tasks)
                tasks.start_soon(pool.run, name="pool")
                tasks.start_soon(self.post.run, name="post")
                tasks.start_soon(self.loop.run, name="engine loop")
                tasks.start_soon(self._heartbeat.run, name="heartbeat")
                tasks.start_soon(self._report.run, name="state report")
                tasks.start_soon(garbage_collection.sweep_again_and_again, name="garbage collection")
                if self._control is not None:
                    tasks.start_soon(serve_control, self._control, self._control_api(), name="control")
                if self.page is not None:
                    tasks.start_soon(self.page.run, name="page")
                if (at := settings.hooks_address) is not None:
                    api = HooksApi(self.hooks, self.clock, self._ack_pages.routes())
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
        self.loop.end()
        if self._dispatch is not None:
            with anyio.move_on_after(RUNS_END_WITHIN):
                await self._dispatch.idle()
            self._dispatch.close()
        self._losses.tell_rest()
        await self._end_post()
        if self.writer is not None:
            self.journal.end()
            await self.writer.close()
        tasks.cancel_scope.cancel()

    async def _end_post(self) -> None:
        """With a journal, what waits for its group goes on waiting there; else it is sent at once."""
        if self.writer is not None and self.writer.state.is_healthy:
            await self.post.rest(POST_ENDS_WITHIN)
        elif left := await self.post.drain(POST_ENDS_WITHIN):
            self._log.warning("delivery.unsent", notices=left, reason="the daemon ends")

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
        now = self.clock.now()
        self.arming.tell_end()
        self.recorder.adopts(now)
        self.loop.hand_on(self.engine.adopt(new.book, new.limits, now))
        self.post.change(channels_of(new.settings))
        self.addresses.named = addresses_of(new.settings)
        self.programs.named = programs_of(new.settings)
        self.connections.choose(new)
        self._heartbeat.beat = beat_of(new.settings)
        if self.page is not None:
            self.page.change()

    def _status_groups(self) -> Mapping[str, ServerSelector]:
        status = self.active.settings.web.status
        return status.groups if status is not None else NO_GROUPS

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
                *self.servers.routes(),
                *self.server_view.routes(),
                *self.lines.routes(),
                *self.probes.routes(),
                *self.rules.routes(),
                *self.incidents.routes(),
                *self.silences.routes(),
                *self.hold.routes(),
                *self.breakers.routes(),
                *self.arming.routes(),
                *self.rule_files.routes(),
                *self.rule_keys.routes(),
                *self.deliveries.routes(),
                *self.drills.routes(),
                *self._reload.routes(),
                *self.metrics.routes(),
                *self.about.routes(),
                *recording.routes(self.recorder),
                *self.changes.routes(),
                *self._ack_pages.routes(),
            ],
            self._confirmations.confirmed,
        )

    def _judged_by(self) -> tuple[Rulebook, Limits]:
        return self.active.book, self.active.limits

    def _before(self, event: Event) -> None:
        # The logs come first: they need the name of a server that is gone, which `names` then forgets.
        self._server_log.observe(event)
        self._losses.observe(event)
        self.names.observe(event)
        self.inspector.observe(event)
        self.history.observe(event)
        self.drills.observe(event)
        self.changes.observe(event)
        self.lines.observe(event)
        self.probes.observe(event)

    def _after(self, event: Event) -> None:
        self._suspensions.after(event)
        self._confirmations.after(event)

    def _alive(self) -> None:
        look = self._watchdog.look(self.clock.now().mono, self.connections.pool.queue.waiting())
        self._watchdog_log.tell(look)
        if look.is_well:
            self._systemd.alive()
            self._heartbeat.turned()

    async def _begin_journal(self, tasks: TaskGroup) -> None:
        """Writes what was found before anything is judged: clocks that ran then stand still from here."""
        if self.writer is None or self._state is None:
            return
        tasks.start_soon(self.writer.run, name="journal")
        place = self.loop.begin(self._found.stale)
        if self._found.lost:  # people are told as where it is lost later; what is written from now on stands
            self._journal_changed(JournalState(False, self._found.lost))
            if self.writer.state.is_healthy:
                self._journal_changed(self.writer.state)
        if self._found.is_old:
            tasks.start_soon(self._put_old_away, self._state, place, name="old memory")

    async def _put_old_away(self, state: StateFolder, place: int) -> None:
        """Once the journal has what it said. Else the next start takes it over."""
        if await self.journal.written(place):
            state.put_old_away()

    def _journal_changed(self, state: JournalState) -> None:
        now = self.clock.now()
        lost = JournalLost(server="", at=now, reason=state.reason)
        self.connections.pool.queue.put(JournalBack(server="", at=now) if state.is_healthy else lost)

    def _call_ended(self, asked: Asked, outcome: Outcome) -> None:
        self.journal.add(self._rows.of_outcome(asked, outcome))

    def _done_by_hand(
        self, server: str, deed: str, outcome: Outcome, by: str, what: Mapping[str, str]
    ) -> None:
        self.journal.add(self._rows.of_hand(server, deed, outcome, by, what))

    def _say(self, asked: Asked) -> None:
        assert self._dispatch is not None
        self._dispatch.say(asked)

    def _perform(self, calls: Sequence[Asked], place: int) -> None:
        assert self._dispatch is not None
        self._dispatch.perform(calls, place)

    async def _obey_signals(
        self,
        tasks: TaskGroup,
        hung_up: Callable[[], bool],
        *,
        task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
    ) -> None:
        with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT, signal.SIGHUP) as received:
            task_status.started()
            if hung_up():
                tasks.start_soon(self.reload, name="reload")
            async for number in received:
                if number == signal.SIGHUP:
                    tasks.start_soon(self.reload, name="reload")  # in its own time: SIGTERM always wins
                else:
                    await self.stop(tasks)
                    return
