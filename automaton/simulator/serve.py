"""A simulated world on sockets of the loopback; with `loopback_app` the one place that opens any.

    async with simulated(servers=3) as simulation:
        simulation.world, simulation.panel, simulation.key, simulation.control

Moves bytes between sockets and TcpConnections, and no more. Needs asyncio, as uvicorn does.
"""

from __future__ import annotations

import socket
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
from anyio.abc import SocketAttribute, SocketListener, SocketStream

from automaton.pace.clock import Clock, SystemClock
from automaton.simulator.clock_driver import driven
from automaton.simulator.control_api import control
from automaton.simulator.faults.scenario import ScenarioStep, check_names, play
from automaton.simulator.listening_ports import ANY_PORTS, HOST, Port, Ports, listen, listeners
from automaton.simulator.loopback_app import loopback_app
from automaton.simulator.panel.panel_kind import PTERODACTYL_1_12, PanelKind
from automaton.simulator.panel.token_issue import LIFETIME
from automaton.simulator.query_ports import serve_queries
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings import config_file
from automaton.simulator.wings.generation import G12_2, Generation
from automaton.simulator.wings.node import Node
from automaton.simulator.wings.server_build import ServerBuild
from automaton.simulator.wings.tcp_connection import TcpConnection

CHUNK = 65536
GRAIN = 0.005  # seconds; too short a delay to be noticed


@dataclass(frozen=True, slots=True)
class Simulation:
    """A world that is served. `configs` are the nodes' config.yml, in the nodes' order."""

    world: SimulatedWorld
    panel: str
    key: str
    control: str
    configs: tuple[Path, ...]

    def as_json(self) -> dict[str, object]:
        """What `simulate --json` prints when it is ready."""
        nodes = zip(self.world.nodes, self.configs, strict=True)
        return {
            "panel": self.panel,
            "key": self.key,
            "panels": [
                {
                    "url": panel.inventory.url,
                    "kind": panel.inventory.kind.name,
                    "key": panel.inventory.automaton.key,
                    "nodes": [{"url": n.url, "generation": n.generation.name} for n in panel.inventory.nodes],
                }
                for panel in self.world.panels
            ],
            "nodes": [{"url": node.url, "config": str(config)} for node, config in nodes],
            "servers": [
                {"uuid": s.build.uuid, "id": s.build.identifier, "name": s.build.name}
                for s in self.world.servers()
            ],
            "control": self.control,
        }


@asynccontextmanager
async def simulated(
    *,
    servers: int | Sequence[ServerBuild] = 3,
    nodes: int = 1,
    seed: int = 1,
    chatter: float = 0.2,
    running: bool = True,
    generation: Generation = G12_2,
    kind: PanelKind = PTERODACTYL_1_12,
    mix: Sequence[tuple[Generation, PanelKind]] = (),
    token_life: int = LIFETIME,
    scenario: Sequence[ScenarioStep] = (),
    ports: Ports = ANY_PORTS,
    queries: bool = False,
) -> AsyncIterator[Simulation]:
    """Serves a fresh world until the block is left. With `queries` its games are asked over the network too.

    Raises ConfigurationError where the scenario names what is not in this world, Unreachable where a port
    is busy, Unusable where it is forbidden.
    """
    clock = SystemClock()
    world = SimulatedWorld.build(
        clock,
        servers=servers,
        nodes=nodes,
        seed=seed,
        chatter=chatter,
        running=running,
        generation=generation,
        kind=kind,
        mix=mix,
        token_life=token_life,
    )
    check_names(scenario, world)
    play(scenario, world)
    with tempfile.TemporaryDirectory(prefix="automaton-simulator-") as folder:
        async with serving(world, clock, Path(folder), ports, queries=queries) as simulation:
            yield simulation


@asynccontextmanager
async def serving(
    world: SimulatedWorld, clock: Clock, folder: Path, ports: Ports, *, queries: bool = False
) -> AsyncIterator[Simulation]:
    """Serves a world that is already built; the nodes' files are written to `folder`."""
    with listeners(ports, len(world.panels), len(world.nodes)) as listening:
        async with AsyncExitStack() as stack:
            tasks = await stack.enter_async_context(driven(world, clock, GRAIN))
            if queries:
                await serve_queries(world, tasks)
            for panel, listener in zip(world.panels, listening.panels, strict=True):
                panel.inventory.url = await stack.enter_async_context(loopback_app(panel.app, listener))
            steering = await stack.enter_async_context(loopback_app(control(world), listening.control))
            for node, listener in zip(world.nodes, listening.nodes, strict=True):
                await tasks.start(_serve_node, node, clock, listener)
                node.remote = world.panel_at(node).inventory.url
            configs = tuple(config_file.write(node, folder) for node in world.nodes)
            yield Simulation(world, world.panel_url, world.key, steering, configs)


# Nodes


async def _serve_node(
    node: Node,
    clock: Clock,
    listening_socket: socket.socket,
    *,
    task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
) -> None:
    """Listens while the node listens, always on the same port; connections outlive the listener."""
    port = listening_socket.getsockname()[1]
    node.url = f"http://{HOST}:{port}"

    async def serve(stream: SocketStream) -> None:
        await _serve_connection(node, clock, stream)

    async with anyio.create_task_group() as connections:
        while True:
            changed = anyio.Event()
            node.on_listening = changed.set
            if node.listening:
                if listening_socket.fileno() < 0:
                    listening_socket = listen(Port(port, option="--node-port"))
                listener = await SocketListener.from_socket(listening_socket)
                task_status.started()
                task_status = anyio.TASK_STATUS_IGNORED
                async with listener, anyio.create_task_group() as listening:
                    listening.start_soon(listener.serve, serve, connections, name=f"listen {node.name}")
                    await changed.wait()
                    listening.cancel_scope.cancel()
            else:
                await changed.wait()


async def _serve_connection(node: Node, clock: Clock, stream: SocketStream) -> None:
    raw = stream.extra(SocketAttribute.raw_socket)  # noqa: S610 - anyio's, not Django's
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection = TcpConnection.open(node, clock.now())
    async with stream:
        if connection is None:
            return
        async with anyio.create_task_group() as both:
            both.start_soon(_read, connection, clock, stream, name="read")
            await _write(connection, stream)
            both.cancel_scope.cancel()


async def _read(connection: TcpConnection, clock: Clock, stream: SocketStream) -> None:
    try:
        while True:
            connection.receive(await stream.receive(CHUNK), clock.now())
    except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
        connection.receive(b"", clock.now())


async def _write(connection: TcpConnection, stream: SocketStream) -> None:
    """Sends until the connection is closed and its last bytes are gone."""
    try:
        while True:
            output = anyio.Event()
            connection.on_output = output.set
            data = connection.take()
            if data:
                await stream.send(data)
            elif connection.closed:
                return
            else:
                await output.wait()
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        return
