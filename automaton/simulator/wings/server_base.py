"""What the parts of a server share: its build, its state, its container, and who listens.

The state changes here and nowhere else; each change is an event to all listeners.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Protocol

from automaton.simulator.event_log import EventLog
from automaton.simulator.games.query_words import GameSays
from automaton.simulator.timer_schedule import TimerSchedule
from automaton.simulator.wings.config_sync import AskPanel
from automaton.simulator.wings.container import Container
from automaton.simulator.wings.docker import Docker
from automaton.simulator.wings.generation import Generation
from automaton.simulator.wings.outbound_frame import OutboundFrame
from automaton.simulator.wings.power_state import PowerState
from automaton.simulator.wings.server_build import ServerBuild
from automaton.simulator.wings.server_files import ServerFiles


class Listener(Protocol):
    """A receiver of a server's events."""

    def deliver(self, frame: OutboundFrame, permission: str | None) -> None:
        """Takes one event; `permission` is what a token must grant to see it, None for no special one."""

    def drop(self) -> None:
        """Ends the connection with no close frame."""


class Socket(Listener, Protocol):
    """A websocket of this server."""

    @property
    def is_behind(self) -> bool:
        """True while its client does not read."""

    @property
    def user(self) -> str:
        """The uuid of the user whose token it uses; empty before it authenticated."""

    def dismiss(self, code: int, reason: str) -> None:
        """Ends the connection with a close frame."""


@dataclass(slots=True)
class TransferProgress:
    """A move to the node of this name. From `archived` on the Panel sends clients there."""

    target: str
    archived: bool = False


class ServerBase:
    """One server without its parts. `sockets` are all that are open, `listeners` those that authenticated."""

    def __init__(
        self,
        build: ServerBuild,
        schedule: TimerSchedule,
        chance: Random,
        log: EventLog,
        app: str,
        generation: Generation,
        ask_panel: AskPanel,
        docker: Docker,
    ) -> None:
        """`app` is Wings' app_name, the first word of its own console lines.

        `ask_panel` and `docker` are consulted before each start; Docker is the node's.
        """
        self.build = build
        self.schedule = schedule
        self.chance = chance
        self.log = log
        self.generation = generation
        self.ask_panel = ask_panel
        self.docker = docker
        self.state = PowerState.OFFLINE
        self.suspended = False
        self.deleted = False
        self.installing = False
        # The Panel counts a reinstallation from its request on, while the game is still being stopped.
        self.reinstalling = False
        self.restoring = False
        self.transfer: TransferProgress | None = None
        self.arriving = False  # the twin of a server that moves here
        self.image_missing = False
        self.files = ServerFiles()
        self.variables = {one.name: one.default for one in build.egg.variables}
        self.container: Container | None = None
        self.port = 0  # of its default allocation; without one nobody asks its game over the network
        self.query_manner = "honest"
        self.listeners: list[Listener] = []
        self.sockets: set[Socket] = set()
        self._app = app

    @property
    def says(self) -> GameSays | None:
        """What its game says when it is asked over the network; None where it says nothing."""
        container = self.container
        if container is None or container.is_frozen or self.state is not PowerState.RUNNING:
            return None
        players = getattr(container.game, "players", ())
        egg = self.build.egg
        return GameSays(self.build.name, len(players), egg.room, egg.map, egg.version)

    def opened(self, port: int) -> None:
        """Its game can be asked at this port: tells the Panel, in the way of its egg."""
        egg = self.build.egg
        self.port = port - egg.query_beside
        if egg.query_variable:
            self.port, self.variables[egg.query_variable] = port + 1, str(port)

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
        """Changes the state, and publishes it when it differs."""
        if state is not self.state:
            self.state = state
            self.log.add(self.schedule.now.wall, "state", self.build.uuid, state)
            self.publish("status", state)

    def unlisten(self, listener: Listener) -> None:
        """Removes a listener, however often it was added."""
        self.listeners = [other for other in self.listeners if other is not listener]

    @property
    def refuses_sockets(self) -> bool:
        """True while a connect meets 4409: a restore may set Wings' suspended flag too (protocol.md 1)."""
        return self.suspended or (self.restoring and self.generation.restore_suspends)

    @property
    def is_busy(self) -> bool:
        """True while it is installed or moved: a client that connects then gets no first reading."""
        return self.installing or self.arriving or self.transfer is not None

    def drop_sockets(self, user: str | None = None) -> None:
        """Ends all connections with no close frame, authenticated or not; or only those of one user."""
        for socket in list(self.sockets):
            if user is None or socket.user == user:
                socket.drop()

    def kill(self) -> None:
        """SIGKILL to whatever runs."""
        if self.container is not None:
            self.container.kill()
