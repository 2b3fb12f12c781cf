"""One server on a node, joined from its parts: console, process, power, crashes, readings, backups."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from automaton.simulator.event_log import EventLog
from automaton.simulator.timer_schedule import TimerSchedule
from automaton.simulator.wings.backups import Backups
from automaton.simulator.wings.config_sync import AskPanel, healthy_panel
from automaton.simulator.wings.crash_detection import CrashDetection
from automaton.simulator.wings.docker import Docker
from automaton.simulator.wings.game_process import GameProcess
from automaton.simulator.wings.generation import G12_2, Generation
from automaton.simulator.wings.power_actions import PowerAction, PowerActions
from automaton.simulator.wings.power_state import PowerState
from automaton.simulator.wings.resource_meter import ResourceMeter
from automaton.simulator.wings.server_base import Listener, ServerBase
from automaton.simulator.wings.server_build import ServerBuild
from automaton.simulator.wings.server_console import ServerConsole

ZOMBIE = 0.1  # share of sockets that outlive their deleted server on the oldest generation
SUSPENSION_PATIENCE = 60.0  # seconds; then what did not stop is killed [S]
AFTER_CRASH = "wings: crash detection"


class GameServer(ServerBase):
    """The life of one server, from its first start to its deletion."""

    def __init__(
        self,
        build: ServerBuild,
        schedule: TimerSchedule,
        chance: Random,
        log: EventLog,
        app: str,
        generation: Generation = G12_2,
        ask_panel: AskPanel = healthy_panel,
        docker: Docker | None = None,
    ) -> None:
        """As ServerBase; without a `docker` it gets one of its own."""
        docker = docker or Docker(schedule)
        super().__init__(build, schedule, chance, log, app, generation, ask_panel, docker)
        self.console = ServerConsole(self)
        self.meter = ResourceMeter(self)
        self.process = GameProcess(self, self.console, self.meter, self._ended)
        self.crashes = CrashDetection(self, self._start_after_crash)
        self.power = PowerActions(self, self.process, self.meter, self.crashes)
        self.backups = Backups(self)

    def listen(self, listener: Listener) -> None:
        """Adds a listener, for whom readings are published too."""
        self.listeners.append(listener)
        self.meter.watch()

    def type(self, text: str, by: str) -> None:
        """Writes one command to stdin; `by` is who types, for the log. The server is up."""
        self.process.type([text], by)

    def suspend(self) -> None:
        """Suspends it as a sync with the Panel does: stops what runs; newer ones drop all sockets first."""
        self.suspended = True
        if self.generation.drops_suspended:
            self.drop_sockets()
        if self.state is not PowerState.OFFLINE:
            self.log.add(self.schedule.now.wall, "power", self.build.uuid, "stop", "wings: suspension")
            # Without the lock, so that a start or a stop under way does not delay it [S].
            self.power.end_then(lambda: None, SUSPENSION_PATIENCE)

    def vanish(self) -> None:
        """Deletes the server: its listeners get nothing more, and then what runs is killed."""
        self.deleted = True
        if self.generation.tells_deletion:
            self._tell_deletion()
        else:
            self.drop_sockets()
        if self.container is not None:
            self.become(PowerState.STOPPING)
            self.kill()

    def _tell_deletion(self) -> None:
        self.publish("deleted", "null")
        for socket in list(self.sockets):
            # In Wings two goroutines race, and the one that sends the close frame may lose: then the
            # socket stays open and silent (protocol.md 1).
            if self.chance.random() < ZOMBIE:
                self.unlisten(socket)
            else:
                socket.dismiss(1001, "server deleted")

    def _ended(self, crashed: bool, code: int, oom: bool) -> None:
        if crashed:
            self.crashes.happened(code, oom)
        self.power.ended()

    def _start_after_crash(self, refuse: Callable[[str], None]) -> None:
        self.power.request(PowerAction.START, AFTER_CRASH, refuse)
