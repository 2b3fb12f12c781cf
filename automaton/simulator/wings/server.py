"""One server on a node: its state, its run, and who listens.

States change here and nowhere else; each change is an event to all listeners. What is done under the
power lock stands in `power.py`, what a crash means in `crash.py`, what is measured in `meter.py`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from random import Random
from typing import Protocol

from automaton.simulator.event_log import EventLog
from automaton.simulator.games.eggs import DOCKER_STOP, SIGNALS
from automaton.simulator.timer_schedule import TimerSchedule
from automaton.simulator.wings import feature_match
from automaton.simulator.wings.backups import Backups
from automaton.simulator.wings.config_sync import AskPanel, healthy_panel
from automaton.simulator.wings.console_fanout import ConsoleFanout
from automaton.simulator.wings.console_output import ConsoleThrottle
from automaton.simulator.wings.container import Container
from automaton.simulator.wings.crash_detection import CrashDetection
from automaton.simulator.wings.docker import Docker
from automaton.simulator.wings.generation import G12_2, Generation
from automaton.simulator.wings.outbound_frame import OutboundFrame
from automaton.simulator.wings.power_actions import PowerActions
from automaton.simulator.wings.power_state import PowerState
from automaton.simulator.wings.resource_meter import ResourceMeter, container_limit
from automaton.simulator.wings.server_build import ServerBuild
from automaton.simulator.wings.transfer import Transfer

LOG_LINES = 150  # Wings' system.websocket_log_count
ZOMBIE = 0.1  # how often a socket outlives its server on the oldest generation
SUSPENSION_PATIENCE = 60.0  # then what would not stop is killed [S]
EARLY = 0.25  # how often `running` comes before the line that proves it; either is seen (protocol.md 4.4)


class Listener(Protocol):
    """Who hears what is told of this server."""

    def deliver(self, frame: OutboundFrame, permission: str | None) -> None: ...

    def drop(self) -> None:
        """Ends the connection with no close frame."""


class Socket(Listener, Protocol):
    """A websocket of this server."""

    @property
    def is_behind(self) -> bool:
        """True while its client does not read."""

    @property
    def user(self) -> str:
        """The uuid of whom its token is, empty before it authenticated."""

    def dismiss(self, code: int, reason: str) -> None:
        """Ends the connection with a close frame."""


class GameServer:
    """The life of one server. `sockets` are all that are open, `listeners` those that authenticated."""

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
        """`app` is Wings' app_name, the first word of its own console lines.

        `ask_panel` and `docker` are asked before each start; Docker is the node's.
        """
        self.build = build
        self.schedule = schedule
        self.chance = chance
        self.log = log
        self.state = PowerState.OFFLINE
        self.ask_panel = ask_panel
        self.docker = docker or Docker(schedule)
        self.suspended = False
        self.deleted = False
        self.installing = False
        self.reinstalling = False  # to the Panel it installs from when that was asked, while it still stops
        self.restoring = False
        self.transfer: Transfer | None = None
        self.arriving = False  # the twin of a server that moves here
        self.image_missing = False
        self.container: Container | None = None
        self.listeners: list[Listener] = []
        self.sockets: set[Socket] = set()
        self.power = PowerActions(self)
        self.crashes = CrashDetection(self)
        self.meter = ResourceMeter(self)
        self.backups = Backups(self)
        self.generation = generation
        self._app = app
        self._console: deque[str] = deque(maxlen=LOG_LINES)
        self._throttle = ConsoleThrottle()
        self._pump = ConsoleFanout(schedule, self._is_held_up, self._show)

    # Telling

    def publish(self, name: str, *args: str, permission: str | None = None) -> None:
        """Sends one event to all listeners who may see it."""
        if self.listeners:
            frame = OutboundFrame(name, *args)
            for listener in list(self.listeners):
                listener.deliver(frame, permission)

    def say(self, text: str) -> None:
        """Prints a line of Wings' own on the console (protocol.md 4.3)."""
        self.publish("console output", f"\x1b[33m\x1b[1m[{self._app} Daemon]:\x1b[39m {text}\x1b[0m")

    def become(self, state: PowerState) -> None:
        """Changes the state, and tells it when it differs."""
        if state is not self.state:
            self.state = state
            self.log.add(self.schedule.now.wall, "state", self.build.uuid, state)
            self.publish("status", state)

    def recent_lines(self) -> list[str]:
        """What `send logs` replays, oldest first: the process' own lines only."""
        return list(self._console)

    # Listening

    def listen(self, listener: Listener) -> None:
        self.listeners.append(listener)
        self.meter.watch()

    def unlisten(self, listener: Listener) -> None:
        self.listeners = [other for other in self.listeners if other is not listener]

    @property
    def refuses_sockets(self) -> bool:
        """True while a connect meets 4409: a restore may set Wings' suspended flag too (protocol.md 1)."""
        return self.suspended or (self.restoring and self.generation.restore_suspends)

    @property
    def is_busy(self) -> bool:
        """True while it is installed or moved: nobody who comes is told its stats."""
        return self.installing or self.arriving or self.transfer is not None

    def drop_sockets(self, user: str | None = None) -> None:
        """Ends all connections, authenticated or not, with no close frame; or those of one user."""
        for socket in list(self.sockets):
            if user is None or socket.user == user:
                socket.drop()

    def vanish(self) -> None:
        """The server is deleted: nobody hears of it again, and then what runs is killed."""
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

    def suspend(self) -> None:
        """What a sync with the Panel does: what runs is stopped, and newer ones drop all sockets first."""
        self.suspended = True
        if self.generation.drops_suspended:
            self.drop_sockets()
        if self.state is not PowerState.OFFLINE:
            self.log.add(self.schedule.now.wall, "power", self.build.uuid, "stop", "wings: suspension")
            # Without the lock: a start or a stop that is under way does not save it [S].
            self.power.end_then(lambda: None, SUSPENSION_PATIENCE)

    # Running

    def launch(self) -> None:
        """Runs the game in a fresh container."""
        self.container = Container(
            schedule=self.schedule,
            chance=self.chance,
            memory_limit=container_limit(self.build.memory),
            printed=self._printed,
            ended=self._ended,
        )
        self._console.clear()
        self._printed(f"\x1b[1m\x1b[33mcontainer@pterodactyl~ \x1b[0m{self.build.egg.startup}")
        self.container.run(self.build.egg.game(self.container, self.build.chatter))
        self.meter.watch()

    def type(self, text: str, by: str) -> None:
        """Writes to stdin, as `send command` does. The server is up."""
        self.type_all([text], by)

    def type_all(self, texts: Sequence[str], by: str) -> None:
        """Writes to stdin, one after the other and faster than a game answers, as Wings' HTTP API does."""
        for text in texts:
            self.log.add(self.schedule.now.wall, "command", self.build.uuid, text, by)
            if self.build.egg.is_stop(text):
                self.become(PowerState.STOPPING)
        if self.container is not None and texts:
            self.container.type("\n".join(texts))

    def ask_to_stop(self) -> None:
        """What the egg says: a command, a signal, or Docker's own stop."""
        run, egg = self.container, self.build.egg
        if run is None:
            return
        if egg.stop == DOCKER_STOP:
            run.signal(egg.image_signal)
        elif egg.stop in SIGNALS:
            run.signal(egg.stop)
            if self.generation.offline_at_signal:
                self.schedule.after(self.chance.uniform(0.005, 0.02), lambda: self._take_for_ended(run))
        else:
            run.type(egg.stop)

    def kill(self) -> None:
        """SIGKILL to whatever runs."""
        if self.container is not None:
            self.container.kill()

    def _printed(self, line: str) -> None:
        self._console.append(line)
        if not line:
            return  # an empty line is kept, and not sent
        if not self._throttle.admits(self.schedule.now.mono):
            if self._throttle.is_first_drop:
                self.say("Server is outputting console data too quickly -- throttling...")
            return
        self._pump.add(line)

    def _is_held_up(self) -> bool:
        return any(socket.is_behind for socket in self.sockets)

    def _show(self, line: str) -> None:
        is_done = self.state is PowerState.STARTING and self.build.egg.is_done(line)
        is_early = is_done and self.chance.random() < EARLY
        if is_early:
            self.become(PowerState.RUNNING)
        self.publish("console output", line)
        if self.generation.matches_features and (found := feature_match.match(self.build.egg.features, line)):
            self.publish("feature match", found)
        if is_done and not is_early:
            self.become(PowerState.RUNNING)

    def _take_for_ended(self, run: Container) -> None:
        """Says `offline` of a process that was only sent a signal: what it prints is shown still.

        Its figures are read no more, and only its real end frees the lock (protocol.md 5.1). That a kill
        meanwhile tells `stopping` and `offline` once more is how Wings reads, and was never recorded.
        """
        if self.container is run and self.state is PowerState.STOPPING:
            self.meter.rest()
            self.become(PowerState.OFFLINE)
            self.meter.tell()

    def _ended(self, code: int, oom: bool) -> None:
        # Docker reports the end some tens of ms later [T 03].
        self.schedule.after(self.chance.uniform(0.02, 0.04), lambda: self._report_end(code, oom))

    def _report_end(self, code: int, oom: bool) -> None:
        crashed = self.state in (PowerState.STARTING, PowerState.RUNNING)
        self.meter.rest()
        self.container = None
        if self.state is not PowerState.OFFLINE:
            self.become(PowerState.OFFLINE)
            self.meter.tell()
        if crashed:
            self.crashes.happened(code, oom)
        self.power.ended()
