"""The network in memory: the real httpx and httpcore talk to a simulated world, on any clock.

    async with in_memory(world, clock) as network:
        client = httpx.AsyncClient(transport=network.transport())
        await client.get(f"{world.panel_url}/api/client", headers={"Authorization": f"Bearer {world.key}"})
        async with client.stream("GET", node_url, headers=upgrade_headers) as response: ...

Upgrades and frames are real, and so is silence: on trio's MockClock an hour passes in milliseconds.
A caller with an `httpcore.AsyncConnectionPool` of its own passes `network.backend` as its `network_backend`.
A node that does not listen (`node.restart(5)`, `node.listening = False`) refuses; so does an unknown
address. `backend.others` are ASGI apps at other addresses, by host and port. A Panel that is slow and a
node that hangs (`faults.py`) are met with the client's own timeouts. `fall_silent()` on one of
`node.sockets()` makes it half-open; `abort()` drops it.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, Protocol
from urllib.parse import urlsplit

import anyio
import anyio.lowlevel
import httpcore
import httpx
from anyio.abc import TaskGroup
from starlette.types import ASGIApp

from automaton.pace.bounded_transport import metered
from automaton.pace.clock import Clock
from automaton.simulator.clock_driver import driven
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.tcp_connection import TcpConnection
from tests.simulator.asgi_connection import AsgiConnection

# Each transport would read the machine's authorities anew, which takes longer than all it is then used for.
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class FarEnd(Protocol):
    """The far end of a connection."""

    on_output: Callable[[], None]

    @property
    def closed(self) -> bool: ...

    def take(self) -> bytes: ...

    async def give(self, data: bytes) -> None: ...


class NodeEnd:
    """A node's connection, told the time at which bytes reach it."""

    def __init__(self, connection: TcpConnection, clock: Clock) -> None:
        self._wire = connection
        self._clock = clock
        self.on_output: Callable[[], None] = lambda: None
        connection.on_output = lambda: self.on_output()

    @property
    def closed(self) -> bool:
        return self._wire.closed

    def take(self) -> bytes:
        return self._wire.take()

    async def give(self, data: bytes) -> None:
        self._wire.receive(data, self._clock.now())


class MemoryStream(httpcore.AsyncNetworkStream):
    """The client's end. Reading waits for bytes, for the end, or for its timeout."""

    def __init__(self, peer: FarEnd) -> None:
        self._peer = peer
        self._output = anyio.Event()
        self._kept = b""
        self._hung_up = False
        peer.on_output = self._wake

    def _wake(self) -> None:
        self._output.set()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if timeout is None:  # a websocket waits for ever, and a scope costs more than the rest of a read
            return await self._read(max_bytes)
        try:
            with anyio.fail_after(timeout):
                return await self._read(max_bytes)
        except TimeoutError as problem:
            raise httpcore.ReadTimeout("nothing came in time") from problem

    async def _read(self, max_bytes: int) -> bytes:
        has_waited = False
        while True:
            self._output = anyio.Event()
            self._kept += self._peer.take()
            if self._kept or self._peer.closed or self._hung_up:
                if not has_waited:
                    await anyio.lowlevel.checkpoint()
                data, self._kept = self._kept[:max_bytes], self._kept[max_bytes:]
                return data
            await self._output.wait()
            has_waited = True

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await anyio.lowlevel.checkpoint()
        if not buffer:
            return  # as httpcore's own streams do, also on a closed connection
        if self._hung_up or self._peer.closed:
            raise httpcore.WriteError("the connection is closed")
        await self._peer.give(buffer)

    async def aclose(self) -> None:
        if not self._hung_up:
            self._hung_up = True
            self._wake()
            await self._peer.give(b"")

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError("the simulator speaks plain http and ws")

    def get_extra_info(self, info: str) -> Any:
        return None


class MemoryBackend(httpcore.AsyncNetworkBackend):
    """Connects addresses to the world's Panels and nodes."""

    def __init__(self, world: SimulatedWorld, clock: Clock, tasks: TaskGroup) -> None:
        self._world = world
        self._clock = clock
        self._tasks = tasks
        self.others: dict[tuple[str, int], ASGIApp] = {}

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        await anyio.lowlevel.checkpoint()
        if (app := self.others.get((host, port))) is not None:
            return MemoryStream(AsgiConnection(app, self._tasks.start_soon))
        for panel in self._world.panels:
            if _address(panel.inventory.url) == (host, port):
                return MemoryStream(AsgiConnection(panel.app, self._tasks.start_soon))
        for node in self._world.nodes:
            if _address(node.url) == (host, port):
                connection = TcpConnection.open(node, self._clock.now())
                if connection is not None:
                    return MemoryStream(NodeEnd(connection, self._clock))
        raise httpcore.ConnectError(f"connection to {host}:{port} was refused")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError("the simulator listens on no Unix socket")

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)


class MemoryTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport, over bytes in memory."""

    def __init__(self, backend: MemoryBackend) -> None:
        super().__init__(trust_env=False, verify=_NO_TLS)
        # httpx passes no network backend on; its pool is the one thing that is exchanged.
        self._pool = httpcore.AsyncConnectionPool(network_backend=metered(backend), max_connections=None)


class MemoryNetwork:
    """What a client needs to reach the world."""

    def __init__(self, world: SimulatedWorld, clock: Clock, tasks: TaskGroup) -> None:
        """`tasks` outlive all connections; the Panel's answers run in them."""
        self.backend = MemoryBackend(world, clock, tasks)

    def transport(self) -> httpx.AsyncBaseTransport:
        """A transport for one `httpx.AsyncClient`."""
        return MemoryTransport(self.backend)


@asynccontextmanager
async def in_memory(world: SimulatedWorld, clock: Clock) -> AsyncIterator[MemoryNetwork]:
    """The world's time passes, and clients reach it, until the block is left."""
    async with driven(world, clock) as tasks:
        yield MemoryNetwork(world, clock, tasks)


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 80
