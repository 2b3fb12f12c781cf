"""The arguments of a fault: which servers, nodes or Panels it hits, and how. Read with types."""

from __future__ import annotations

from collections.abc import Mapping

from automaton.simulator.panel.panel import Panel
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.container import Container
from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.node import Node, NodeConnection


class FaultError(Exception):
    """A fault that cannot be done as requested; the text says why."""


class Arguments:
    """The arguments of one request. Each method raises FaultError where they are wrong."""

    def __init__(self, world: SimulatedWorld, given: Mapping[str, object]) -> None:
        self._world = world
        self._given = given

    def servers(self) -> list[GameServer]:
        """The server that is named, or all of them."""
        name = self.text("server")
        if not name:
            return self._world.servers()
        server = self._world.find(name)
        if server is None:
            raise FaultError(f"no server `{name}`: give a uuid, a short id or a name")
        return [server]

    def server(self) -> GameServer:
        """The server that is named, which must be given."""
        if not self.text("server"):
            raise FaultError("`server` is missing: this befalls one that is named")
        return self.servers()[0]

    def panels(self) -> list[Panel]:
        """The Panels of the kind that is named, or all of them."""
        name = self.text("panel")
        panels = [panel for panel in self._world.panels if name in ("", panel.inventory.kind.name)]
        if not panels:
            there = ", ".join(panel.inventory.kind.name for panel in self._world.panels)
            raise FaultError(f"no Panel `{name}`, there is {there}")
        return panels

    def nodes(self) -> list[Node]:
        """The node that is named, or all of them."""
        name = self.text("node")
        nodes = [node for node in self._world.nodes if name in ("", node.name)]
        if not nodes:
            raise FaultError(f"no node `{name}`, there are {', '.join(n.name for n in self._world.nodes)}")
        return nodes

    def connections(self) -> list[NodeConnection]:
        """The open websockets of the chosen servers on the chosen nodes."""
        chosen = {server.build.uuid for server in self.servers()}
        sockets = [connection for node in self.nodes() for connection in node.sockets()]
        return [
            connection
            for connection in sockets
            if connection.server is not None and connection.server.build.uuid in chosen
        ]

    def running(self) -> list[Container]:
        """The containers of the chosen servers, at least one."""
        containers = [server.container for server in self.servers() if server.container is not None]
        if not containers:
            raise FaultError("nothing runs there: start the server first")
        return containers

    def text(self, name: str, default: str = "") -> str:
        """A text argument, `default` where it is missing."""
        value = self._given.get(name, default)
        if not isinstance(value, str):
            raise FaultError(f"`{name}` is a text")
        return value

    def number(self, name: str, default: float) -> float:
        """A number argument, `default` where it is missing."""
        value = self._given.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise FaultError(f"`{name}` is a number")
        return value

    def flag(self, name: str) -> bool:
        """True where the argument is `true`, and only then."""
        return self._given.get(name, False) is True

    def texts(self, name: str) -> list[str]:
        """A list of texts; empty where it is missing."""
        value = self._given.get(name, [])
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise FaultError(f"`{name}` is a list of texts")
        return value
