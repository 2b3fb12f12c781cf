"""One server on a node: its state, its run, and who listens.

States change here and nowhere else; each change is an event to all listeners. What is done under the
power lock stands in `power.py`, what a crash means in `crash.py`, what is measured in `meter.py`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from random import Random
from typing import Protocol

from automaton.core.events import State
from automaton.simulator.backups import Backups
from automaton.simulator.build import Build
from automaton.simulator.crash import CrashWatch
from automaton.simulator.frames import Frame
from automaton.simulator.log import Log
from automaton.simulator.meter import Meter, container_limit
from automaton.simulator.output import Throttle
from automaton.simulator.power import Power
from automaton.simulator.process import KILLED, Container
from automaton.simulator.schedule import Schedule

LOG_LINES = 150  # Wings' system.websocket_log_count
EARLY = 0.25  # how often `running` comes before the line that proves it; either is seen (protocol.md 4.4)


class Listener(Protocol):
    """A websocket of this server."""

    def deliver(self, frame: Frame, permission: str | None) -> None: ...

    def drop(self) -> None:
        """Ends the connection with no close frame."""


class Server:
    """The life of one server. `sockets` are all that are open, `listeners` those that authenticated."""

    def __init__(self, build: Build, schedule: Schedule, chance: Random, log: Log, app: str) -> None:
        """`app` is Wings' app_name, the first word of its own console lines."""
        self.build = build
        self.schedule = schedule
        self.chance = chance
        self.log = log
        self.state = State.OFFLINE
        self.suspended = False
        self.installing = False
        self.restoring = False
        self.image_missing = False
        self.container: Container | None = None
        self.listeners: list[Listener] = []
        self.sockets: set[Listener] = set()
        self.power = Power(self)
        self.crashes = CrashWatch(self, build.crash_detection)
        self.meter = Meter(self)
        self.backups = Backups(self)
        self._app = app
        self._console: deque[str] = deque(maxlen=LOG_LINES)
        self._throttle = Throttle()

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

    def become(self, state: State) -> None:
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
        """True while a connect meets 4409: a restore sets Wings' suspended flag too (protocol.md 1)."""
        return self.suspended or self.restoring

    def drop_sockets(self) -> None:
        """Ends all connections, authenticated or not, with no close frame."""
        for socket in list(self.sockets):
            socket.drop()

    def suspend(self) -> None:
        """What a sync with the Panel does: all sockets are dropped, and what runs is stopped."""
        self.suspended = True
        self.drop_sockets()
        self.power.ask("stop", "wings: suspension", lambda _: None)

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
            if text == self.build.egg.stop:
                self.become(State.STOPPING)
        if self.container is not None and texts:
            self.container.type("\n".join(texts))

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
        self._console.append(line)
        if not line:
            return  # an empty line is kept, and not sent
        if not self._throttle.admits(self.schedule.now.mono):
            if self._throttle.is_first_drop:
                self.say("Server is outputting console data too quickly -- throttling...")
            return
        is_done = self.state is State.STARTING and self.build.egg.is_done(line)
        is_early = is_done and self.chance.random() < EARLY
        if is_early:
            self.become(State.RUNNING)
        self.publish("console output", line)
        if is_done and not is_early:
            self.become(State.RUNNING)

    def _ended(self, code: int, oom: bool) -> None:
        # Docker reports the end some tens of ms later [T 03].
        self.schedule.after(self.chance.uniform(0.02, 0.04), lambda: self._report_end(code, oom))

    def _report_end(self, code: int, oom: bool) -> None:
        crashed = self.state in (State.STARTING, State.RUNNING)
        self.meter.rest()
        self.container = None
        self.become(State.OFFLINE)
        self.meter.tell()
        if crashed:
            self.crashes.happened(code, oom)
        self.power.ended()
