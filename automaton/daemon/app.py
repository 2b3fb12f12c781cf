"""The composition root: everything is built here, handed to each other, run in one task group, and ended.

A bug in any task ends the daemon loudly; weather never comes this far.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random

import anyio
import structlog
from anyio.abc import TaskGroup

from automaton.configuration.load import Configuration, Found
from automaton.core.calls import World
from automaton.core.decision import Asked
from automaton.core.engine import Engine
from automaton.core.events import Event
from automaton.core.gates.limits import Limits
from automaton.core.rules.rule import Rulebook
from automaton.daemon import collector
from automaton.daemon.addresses import Addresses, addresses_of
from automaton.daemon.control import Control
from automaton.daemon.desk import Desk
from automaton.daemon.dispatch import Dispatch
from automaton.daemon.drive import Drive
from automaton.daemon.fleet import UNVERIFIED, Fleet, Network, beat_of, channels_of, unverified
from automaton.daemon.heartbeat import Heartbeat
from automaton.daemon.hooks import Hooks
from automaton.daemon.houses import HouseNews
from automaton.daemon.ledger import MemoryLedger
from automaton.daemon.links import LinkNews
from automaton.daemon.losses import LossNews
from automaton.daemon.memory_file import MemoryFile
from automaton.daemon.names import Names
from automaton.daemon.programs import Programs, programs_of
from automaton.daemon.recorder import Recorder, Sink, keep
from automaton.daemon.reload import Reload
from automaton.daemon.rings import Ledgers, Rings
from automaton.daemon.roster import RosterNews
from automaton.daemon.second_look import SecondLook
from automaton.daemon.sight import Sight
from automaton.daemon.status import Standings, sum_up
from automaton.daemon.systemd import Systemd
from automaton.delivery.apprise import AppriseSender
from automaton.delivery.notifier import Notifier
from automaton.delivery.sender import Sender
from automaton.errors import Refused
from automaton.pace.clock import Clock
from automaton.web.control import ControlApi
from automaton.web.hooks import HooksApi
from automaton.web.listener import listening, listening_at, serve
from automaton.web.recording_api import recording_routes
from automaton.web.rules_api import RulesApi
from automaton.web.shapes import Reloaded
from automaton.wings.server_actions import ServerActions

HOOKS_AT_ONCE = 100  # connections
READY_WITHIN = 10.0  # seconds until READY, though a Panel has not answered: that is weather
STATUS_EVERY = 1.0
RUNS_END_WITHIN = 3.0
POST_ENDS_WITHIN = 5.0


class Daemon:
    """One running daemon. `load` reads the configuration anew, for a reload.

    `network` and `sender` stand for sockets and chat services, where there shall be none. `control` is
    where the control socket is made. `recording` takes all that the engine is given, from the start.
    `memory` is where the engine's state outlives a clean end.
    """

    def __init__(
        self,
        configuration: Configuration,
        load: Callable[[], Found],
        clock: Clock,
        *,
        env: Mapping[str, str],
        chance: Random | None = None,
        network: Network | None = None,
        sender: Sender | None = None,
        control: Path | None = None,
        recording: Sink | None = None,
        memory: MemoryFile | None = None,
    ) -> None:
        chance = chance or Random()  # noqa: S311 - jitter, not secrets
        self.configuration = configuration
        self.env = env
        self.clock = clock
        self.began = clock.now()
        self.last_reload: Reloaded | None = None
        self.names = Names()
        self.ledger = MemoryLedger(self.name_of)
        self._memory = memory
        self._remembered = memory.take() if memory is not None else None
        self.engine = Engine(configuration.book, configuration.limits, clock.now(), self._remembered)
        self.sight = Sight(self.engine)
        self.rings = Rings(self.sight.look, self.engine)
        self.recorder = Recorder(self.engine, clock, self._judged_by)
        self.fleet = Fleet(configuration, clock, chance, network)
        self.post = Notifier(channels_of(configuration.settings), clock, chance, sender or AppriseSender())
        self.addresses = Addresses(addresses_of(configuration.settings))
        self.programs = Programs(programs_of(configuration.settings))
        self.systemd = Systemd(env)
        self.heartbeat = Heartbeat(beat_of(configuration.settings), clock)
        self.drive = Drive(
            self.engine,
            self.fleet.pool.queue,
            Ledgers(self.ledger, self.rings),
            self._perform,
            clock,
            recorder=self.recorder,
            hear=self._hear,
            after=SecondLook(self.engine, self.fleet.pool.ask_panel).after,
            alive=self._alive,
            pulse=(self.systemd.watchdog or 60.0) / 2,
        )
        self._reload = Reload(self, load)
        self._roster = RosterNews(self.name_of)
        self._losses = LossNews(self.name_of)
        self._control = control
        self._recording = recording
        self._dispatch: Dispatch | None = None
        self._log = structlog.get_logger()

    def name_of(self, key: str) -> str:
        """A server's name, for people; with its id where others bear it too."""
        return self.names.of(key)

    def standings(self) -> Standings:
        """The whole in numbers."""
        rules = len(self.configuration.book.rules)
        return sum_up(self.fleet.pool.status(), self.engine.rule_states(), rules)

    async def run(self, *, signals: bool = True, hung_up: Callable[[], bool] = lambda: False) -> None:
        """Until SIGTERM or SIGINT, or until cancelled. `hung_up`: whether a SIGHUP came before this."""
        collector.tune()
        self._log.info(
            "daemon.started", rules=len(self.configuration.book.rules), arm=self.configuration.limits.arm
        )
        for name in unverified(self.configuration.settings):
            self._log.warning("certificates.unverified", panel=name, reason=UNVERIFIED)
        try:
            async with anyio.create_task_group() as tasks:
                actions = ServerActions(self.fleet.pool, self.clock)
                world = World(
                    servers=actions, channels=self.post, addresses=self.addresses, programs=self.programs
                )
                self._dispatch = Dispatch(world, self.clock, tasks, self.fleet.pool.queue.put, self.name_of)
                tasks.start_soon(self.fleet.pool.run, name="pool")
                tasks.start_soon(self.post.run, name="post")
                if self._recording is not None:
                    begun = self.recorder.begin(self._recording.part, began_with=self._remembered or {})
                    tasks.start_soon(keep, self.recorder, begun, self._recording.write, name="recording")
                tasks.start_soon(self.drive.run, name="drive")
                tasks.start_soon(self.heartbeat.run, name="heartbeat")
                tasks.start_soon(self._tell_ready, name="ready")
                tasks.start_soon(collector.sweep_again_and_again, name="collector")
                if self._control is not None:
                    tasks.start_soon(self._listen, self._control, actions, name="control")
                if (at := self.configuration.settings.listen.http) is not None:
                    tasks.start_soon(self._serve_hooks, *at, name="hooks")
                if signals:
                    tasks.start_soon(self._obey_signals, tasks, hung_up, name="signals")
        finally:
            # After all tasks: one that is about to ask must not find its client closed.
            with anyio.CancelScope(shield=True):
                await self.fleet.aclose()
        self._log.info("daemon.ended")

    async def stop(self, tasks: TaskGroup) -> None:
        """Judges nothing more, lets what was asked come to its end for some seconds, then ends all tasks."""
        self._log.info("daemon.stopping")
        self.systemd.stopping()
        self.drive.end()
        if self._dispatch is not None:
            with anyio.move_on_after(RUNS_END_WITHIN):
                await self._dispatch.idle()
            self._dispatch.close()
        self._losses.tell_rest()
        left = await self.post.drain(POST_ENDS_WITHIN)
        if left:
            self._log.warning("delivery.lost", messages=left, reason="the daemon ends")
        if self._memory is not None:
            self._memory.write(self.engine.dump(self.clock.now()))
        tasks.cancel_scope.cancel()

    async def reload(self) -> Reloaded:
        """Takes the files as they are now, all or nothing, and says whether and why not."""
        self.last_reload = await self._reload.run()
        return self.last_reload

    def _judged_by(self) -> tuple[Rulebook, Limits]:
        return self.configuration.book, self.configuration.limits

    def _hear(self, event: Event) -> None:
        self._roster.hear(event)  # first: of a server that is gone it tells the name
        self._losses.hear(event)
        self.names.hear(event)
        self.sight.hear(event)
        self.rings.hear(event)

    def _alive(self) -> None:
        self.systemd.alive()
        self.heartbeat.turned()

    def _perform(self, calls: Sequence[Asked]) -> None:
        assert self._dispatch is not None
        self._dispatch.perform(calls)

    async def _listen(self, path: Path, actions: ServerActions) -> None:
        """Rules are worth more than the socket: where it cannot be had, the daemon goes on without."""
        try:
            with listening(path) as listener:
                self._log.info("control.listening", socket=str(path))
                api = ControlApi(
                    Control(self, actions),
                    [*recording_routes(self.recorder.stream), *RulesApi(Desk(self)).routes],
                )
                await serve(api.app, listener, api.end)
        except Refused as problem:
            self._log.warning("control.unavailable", reason=str(problem))

    async def _serve_hooks(self, host: str, port: int) -> None:
        """As the control socket: where the port cannot be had, the daemon goes on without, and says so."""
        try:
            with listening_at(host, port) as listener:
                self._log.info("hooks.listening", address="{}:{}".format(*listener.getsockname()[:2]))
                await serve(HooksApi(Hooks(self), self.clock).app, listener, at_once=HOOKS_AT_ONCE)
        except Refused as problem:
            self._log.warning("hooks.unavailable", reason=str(problem))

    async def _obey_signals(self, tasks: TaskGroup, hung_up: Callable[[], bool]) -> None:
        with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT, signal.SIGHUP) as received:
            if hung_up():
                tasks.start_soon(self.reload, name="reload")
            async for number in received:
                if number == signal.SIGHUP:
                    tasks.start_soon(self.reload, name="reload")  # in its own time: SIGTERM always wins
                else:
                    await self.stop(tasks)
                    return

    async def _tell_ready(self) -> None:
        """READY once each Panel answered or failed once; then the state of things, whenever it changed."""
        with anyio.move_on_after(READY_WITHIN):
            await self.fleet.pool.answered()
        collector.sweep()
        if parts := self.engine.unreadable:
            self._log.error("memory.forgotten", parts=parts, reason="they are not as automaton writes them")
        told = str(self.standings())
        self.systemd.ready(told)
        self._log.info("daemon.ready", status=told)
        news, houses = LinkNews(self.name_of), HouseNews()
        while True:
            news.tell(self.fleet.pool.status())
            houses.tell(self.fleet.pool.panel_statuses())
            self._losses.tell(self.clock.now())
            await anyio.sleep(STATUS_EVERY)
            status = str(self.standings())
            if status != told:
                told = status
                self.systemd.status(status)
