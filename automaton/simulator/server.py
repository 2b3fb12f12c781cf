"""One server on a node: its state, its run, and who listens.

States change here and nowhere else; each change is an event to all listeners. What a power action
does under its lock stands in `power.py`, what a crash means in `crash.py`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import floor
from random import Random
from typing import Protocol

from automaton.simulator.backups import Backups
from automaton.simulator.crash import CrashWatch
from automaton.simulator.eggs import Egg
from automaton.simulator.frames import Frame, stats_text
from automaton.simulator.log import Log
from automaton.simulator.output import Throttle
from automaton.simulator.power import Power
from automaton.simulator.process import KILLED, Container
from automaton.simulator.schedule import Schedule, Timer

OFFLINE, STARTING, RUNNING, STOPPING = "offline", "starting", "running", "stopping"
LOG_LINES = 150  # Wings' system.websocket_log_count
# Docker tells the first sample at once and empty, the second after this, then one a second [T 02].
FIRST_SAMPLE, SECOND_SAMPLE = 0.01, 0.74
OVERHEAD = 1.15  # a small container may use more than its limit: 256 MiB give 294400000 bytes [T]


class Listener(Protocol):
    """An authenticated socket."""

    def deliver(self, frame: Frame, permission: str | None) -> None: ...

    def drop(self) -> None:
        """Ends the connection with no close frame."""


@dataclass(frozen=True, slots=True)
class Build:
    """What a server is made of. Memory and disk in MiB, as the Panel says them; disk 0 is no limit."""

    uuid: str
    name: str
    egg: Egg
    memory: int = 2048
    disk: int = 10240
    crash_detection: bool = True
    chatter: float = 0.2

    @property
    def identifier(self) -> str:
        return self.uuid[:8]


class Server:
    """The life of one server."""

    def __init__(self, build: Build, schedule: Schedule, chance: Random, log: Log, app: str) -> None:
        """`app` is Wings' app_name, the first word of its own console lines."""
        self.build = build
        self.schedule = schedule
        self.chance = chance
        self.log = log
        self.state = OFFLINE
        self.suspended = False
        self.installing = False
        self.image_missing = False
        self.container: Container | None = None
        self.listeners: list[Listener] = []
        self.sockets: set[Listener] = set()
        self.power = Power(self)
        self.backups = Backups(self)
        self.crashes = CrashWatch(self, build.crash_detection)
        self._app = app
        self._console: deque[str] = deque(maxlen=LOG_LINES)
        self._throttle = Throttle()
        self._ticker: Timer | None = None
        self._limit_known = 0
        self._disk = chance.randint(300, 900) << 20

    # Telling

    def publish(self, name: str, *args: str, permission: str | None = None) -> None:
        """Sends one event to all listeners who may see it."""
        if self.listeners:
            frame = Frame(name, *args)
            for listener in list(self.listeners):
                listener.deliver(frame, permission)

    def say(self, text: str) -> None:
        """Prints a line of Wings' own on the console (protocol.md 4.3)."""
        self.publish("console output", f"\x1b[33m\x1b[1m[{self._app} Daemon]:\x1b[39m {text}\x1b[0m")

    def become(self, state: str) -> None:
        """Changes the state, and tells it when it differs."""
        if state != self.state:
            self.state = state
            self.log.add(self.schedule.now.wall, "state", self.build.uuid, state)
            self.publish("status", state)

    def recent_lines(self) -> list[str]:
        """What `send logs` replays, oldest first: the process' own lines only."""
        return list(self._console)

    # Listening

    def listen(self, listener: Listener) -> None:
        self.listeners.append(listener)
        self._schedule_tick()

    def unlisten(self, listener: Listener) -> None:
        self.listeners = [other for other in self.listeners if other is not listener]

    def suspend(self) -> None:
        """What a sync with the Panel does: all sockets are dropped, and what runs is stopped."""
        self.suspended = True
        self.drop_sockets()
        self.power.ask("stop", "wings: suspension", lambda _: None)

    def drop_sockets(self) -> None:
        """Ends all connections, authenticated or not, with no close frame."""
        for socket in list(self.sockets):
            socket.drop()

    # Running

    def launch(self) -> None:
        """Runs the game in a fresh container."""
        self.container = Container(
            schedule=self.schedule,
            chance=self.chance,
            memory_limit=self.build.memory << 20,
            printed=self._printed,
            ended=self._ended,
        )
        self._console.clear()
        self._printed(f"\x1b[1m\x1b[33mcontainer@pterodactyl~ \x1b[0m{self.build.egg.startup}")
        self.container.run(self.build.egg.game(self.container, self.build.chatter))
        self._schedule_tick()

    def type(self, text: str, by: str) -> None:
        """Writes to stdin, as `send command` and Wings' HTTP API do. The server is up."""
        self.log.add(self.schedule.now.wall, "command", self.build.uuid, text, by)
        if text == self.build.egg.stop:
            self.become(STOPPING)
        if self.container is not None:
            self.container.type(text)

    def ask_to_stop(self) -> None:
        """What the egg says: a command, or SIGINT."""
        if self.container is None:
            return
        if self.build.egg.stop == "^C":
            self.container.signal("SIGINT")
        else:
            self.container.type(self.build.egg.stop)

    def kill(self) -> None:
        """SIGKILL to whatever runs."""
        if self.container is not None:
            self.container.exit(KILLED)

    def _printed(self, line: str) -> None:
        if not line:
            return
        if not self._throttle.admits(self.schedule.now.mono):
            if self._throttle.is_first_drop:
                self.say("Server is outputting console data too quickly -- throttling...")
            return
        self._console.append(line)
        is_done = self.state == STARTING and self.build.egg.is_done(line)
        # The two travel on different channels: either may come first (protocol.md 4.4).
        early = is_done and self.chance.random() < 0.25
        if early:
            self.become(RUNNING)
        self.publish("console output", line)
        if is_done and not early:
            self.become(RUNNING)

    def _ended(self, code: int, oom: bool) -> None:
        # Docker reports the end some tens of ms later [T 03].
        self.schedule.after(self.chance.uniform(0.02, 0.04), lambda: self._report_end(code, oom))

    def _report_end(self, code: int, oom: bool) -> None:
        crashed = self.state in (STARTING, RUNNING)
        self._learn_limit()
        self.container = None
        if self._ticker is not None:
            self._ticker.cancel()
            self._ticker = None
        self.become(OFFLINE)
        self.publish("stats", stats_text(self.figures(), direct=False))
        if crashed:
            self.crashes.happened(code, oom)
        self.power.ended()

    # Measuring

    def figures(self) -> dict[str, object]:
        """One reading, in the order of Wings' struct."""
        run = self.container
        uptime = self._uptime()
        empty = run is None or uptime < SECOND_SAMPLE
        self._learn_limit()
        return {
            "memory_bytes": 0 if empty or run is None else run.memory,
            # Kept when the server stops, but not known in the first sample of a run [T].
            "memory_limit_bytes": 0 if run is not None and empty else self._limit_known,
            "cpu_absolute": 0 if empty or run is None else run.cpu,
            "network": {"rx_bytes": int(uptime * 4211), "tx_bytes": int(uptime * 9377)},
            "uptime": int(uptime * 1000),
            "state": self.state,
            "disk_bytes": self._disk,
        }

    def _learn_limit(self) -> None:
        if self._uptime() >= SECOND_SAMPLE:
            self._limit_known = int(self.build.memory * 1_000_000 * OVERHEAD)

    def _uptime(self) -> float:
        # Rounded, for the sum of many seconds is not quite their number.
        return round(self.schedule.now.mono - self.container.began, 6) if self.container else 0.0

    def _schedule_tick(self) -> None:
        # Nobody listens, nothing is measured: an idle server costs nothing.
        if self.container is None or not self.listeners or self._ticker is not None:
            return
        uptime = self._uptime()
        if uptime < FIRST_SAMPLE:
            delay = FIRST_SAMPLE - uptime
        elif uptime < SECOND_SAMPLE:
            delay = SECOND_SAMPLE - uptime
        else:
            # Whole seconds are counted, for a remainder of nearly nothing would tick without an end.
            delay = SECOND_SAMPLE + floor(uptime - SECOND_SAMPLE + 1e-6) + 1 - uptime
        self._ticker = self.schedule.after(delay, self._tick)

    def _tick(self) -> None:
        self._ticker = None
        if self.container is not None and self.listeners:
            self.publish("stats", stats_text(self.figures(), direct=False))
        self._schedule_tick()

    # Installing

    def reinstall(self, lines: tuple[str, ...], seconds: float) -> None:
        """Stops what runs, then plays an installation that prints `lines` in so many seconds."""
        if self.state != OFFLINE:
            self.become(STOPPING)
            self.kill()
        self.installing = True
        self.publish("install started", "")
        later = self.schedule.after
        later(
            0.3,
            lambda: self.publish(
                "daemon message", "Starting installation process, this could take a few minutes..."
            ),
        )
        for number, line in enumerate(lines):
            later(0.3 + seconds * number / len(lines), self._install_line(line))
        later(0.4 + seconds, self._installed)

    def _install_line(self, line: str) -> Callable[[], None]:
        return lambda: self.publish("install output", line, permission="admin.websocket.install")

    def _installed(self) -> None:
        self.installing = False
        self.publish("install completed", "")
