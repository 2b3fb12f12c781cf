"""One node: Wings' process with its servers, its token, its connections.

Told the time: `advance` up to a moment, ask `next_deadline` when the next thing happens by itself.
Clients connect by `TcpConnection.open`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Protocol
from uuid import UUID

from automaton.core.moment import Moment
from automaton.simulator.event_log import EventLog
from automaton.simulator.timer_schedule import TimerSchedule
from automaton.simulator.wings.config_sync import AskPanel, healthy_panel
from automaton.simulator.wings.docker import Docker
from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.generation import G12_2, Generation
from automaton.simulator.wings.server_build import ServerBuild
from automaton.simulator.wings.token_check import Denylist


class NodeConnection(Protocol):
    """What a node may do to one of its TCP connections."""

    @property
    def server(self) -> GameServer | None:
        """Whose websocket it is, None before the upgrade."""

    @property
    def aborted(self) -> bool:
        """True when it ended with no close frame."""

    @property
    def jti(self) -> str:
        """The name of the token on its websocket, empty where there is none."""

    def abort(self) -> None:
        """Ends it with no close frame."""

    def fall_silent(self) -> None:
        """Leaves it open and dead."""

    def expire(self) -> None:
        """Lets the token on its websocket run out now."""


class Node:
    """Wings. Its containers outlive its process: after `restart` they still run."""

    def __init__(
        self,
        *,
        name: str,
        uuid: str,
        token: str,
        remote: str,
        schedule: TimerSchedule,
        chance: Random,
        log: EventLog | None = None,
        allowed_origins: Iterable[str] = (),
        app: str | None = None,
        up_for: float = 3600.0,
        generation: Generation = G12_2,
        ask_panel: AskPanel = healthy_panel,
    ) -> None:
        """`remote` is the Panel's address as config.yml has it, the only Origin that may connect.

        `app` is its name on the console, None for what its generation is called by default.
        `up_for`: how many seconds ago Wings was started, for it refuses older tokens.
        `ask_panel` says how the Panel of `remote` answers, which is asked before each start.
        """
        self.name = name
        self.uuid = uuid
        self.token = token
        # What the Panel signs with: no longer the same after a rotation that the Panel does not know of.
        self.panel_token = token
        self.remote = remote
        self.url = "http://127.0.0.1:8080"
        self.allowed_origins = tuple(allowed_origins)
        self.schedule = schedule
        self.chance = chance
        self.log = log if log is not None else EventLog()
        self.servers: dict[str, GameServer] = {}
        self.connections: set[NodeConnection] = set()
        self.generation = generation
        self.ask_panel = ask_panel
        self.docker = Docker(schedule)
        self.denylist = Denylist(schedule.now.wall - up_for, strict=generation.strict_tokens)
        self.listening = True
        self.hanging = False
        self.on_listening: Callable[[], None] = lambda: None
        self.maintenance = False
        self.app = app if app is not None else generation.app

    def add(self, build: ServerBuild) -> GameServer:
        """Puts a server on this node, offline."""
        # A chance of its own for each server, so that none depends on the others.
        chance = Random(f"{build.uuid}:{self.chance.getrandbits(64)}")
        server = GameServer(
            build, self.schedule, chance, self.log, self.app, self.generation, self.ask_panel, self.docker
        )
        self.servers[build.uuid] = server
        return server

    @property
    def origins(self) -> tuple[str, ...]:
        """The Origins that may open a websocket."""
        return (self.remote, *self.allowed_origins)

    def new_id(self) -> str:
        """A uuid for an error or a request."""
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    # Time

    def next_deadline(self) -> float | None:
        """The `mono` at which something is due, None when nothing is."""
        return self.schedule.next_deadline()

    def advance(self, now: Moment) -> None:
        """Does all that is due by `now`."""
        self.schedule.advance(now)

    # Connections

    def stop_hanging(self) -> None:
        """Answers new connections again; those that hang stay as they are."""
        self.hanging = False

    def end_maintenance(self) -> None:
        """Ends the maintenance that the Panel shows."""
        self.maintenance = False

    def opened(self, connection: NodeConnection) -> None:
        """Logs a websocket that was accepted."""
        if connection.server is not None:
            self.log.add(self.schedule.now.wall, "socket", connection.server.build.uuid, "open")

    def forget(self, connection: NodeConnection) -> None:
        """Drops a connection that ended, and logs a websocket's end."""
        self.connections.discard(connection)
        if connection.server is not None:
            end = "dropped" if connection.aborted else "closed"
            self.log.add(self.schedule.now.wall, "socket", connection.server.build.uuid, end)

    def sockets(self, uuid: str | None = None) -> list[NodeConnection]:
        """The open websockets, of one server or of all."""
        return [
            connection
            for connection in self.connections
            if connection.server is not None and (uuid is None or connection.server.build.uuid == uuid)
        ]

    # What happens to the whole node

    def deauthorize(self, user: str, uuids: Iterable[str]) -> None:
        """Drops the sockets of these servers, or of all servers when none is named.

        Only the newest generation spares those of other users.
        """
        whose = user if self.generation.deauthorizes_user_alone else None
        for uuid in list(uuids) or list(self.servers):
            if uuid in self.servers:
                self.denylist.deny_user(uuid, user, self.schedule.now.wall)
                self.servers[uuid].drop_sockets(whose)

    def delete(self, uuid: str) -> None:
        """Deletes a server, ending its process and its sockets."""
        self.servers.pop(uuid).vanish()

    def take_docker_down(self, seconds: float) -> None:
        """Takes Docker down for so many seconds: all that runs ends at once, and nothing starts."""
        self.docker.go_down(seconds)
        for server in self.servers.values():
            server.kill()

    def restart(self, seconds: float) -> None:
        """Restarts Wings: every connection breaks, and new ones are refused for so many seconds."""
        self.listening = False
        for connection in list(self.connections):
            connection.abort()
        self.on_listening()
        self.schedule.after(seconds, self._boot)

    def _boot(self) -> None:
        # Tokens made before this moment are refused from now on; the denylist was only in memory.
        self.denylist = Denylist(self.schedule.now.wall, strict=self.generation.strict_tokens)
        self.listening = True
        self.on_listening()
