"""On a node without a Panel, under a lease: a socket for one thing, whose token ends with the lease."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import anyio
import httpcore
import httpx
import pytest
from anyio.abc import TaskGroup

from automaton.core.calls import Signal
from automaton.core.events import LinkLost
from automaton.core.outcome import Outcome, Result
from automaton.pace.acting_lease import NOT_SENT, Failpoint
from automaton.pace.bounded_transport import metered
from automaton.pace.clock import SteadyClock
from automaton.secret import Secret
from automaton.simulator.faults.catalog import cause
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.config_file import write
from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.generation import G12_2, GENERATIONS, Generation
from automaton.wings.acting_socket import ALLOWED_SKEW, REFUSED
from automaton.wings.link_opening import ConnectOptions
from automaton.wings.node_client import NodeClient
from automaton.wings.node_config import read_node_config
from automaton.wings.panel_links import PanelAccess
from automaton.wings.pool import Pool
from automaton.wings.server_actions import Outlived, ServerActions
from tests.pace.fake_lease import FakeLease, stop_the_process
from tests.simulator.memory_network import in_memory

pytestmark = pytest.mark.anyio

NOON = 1_800_000_000.0
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
Act = Callable[[ServerActions, str], Awaitable[Outcome]]


def stop(actions: ServerActions, server: str) -> Awaitable[Outcome]:
    return actions.set_power(server, Signal.STOP)


def say(actions: ServerActions, server: str) -> Awaitable[Outcome]:
    return actions.send_command(server, "say hello")


def ask(actions: ServerActions, server: str) -> Awaitable[Outcome]:
    return actions.ask_console(server, "list")


@dataclass
class Watch:
    world: SimulatedWorld
    pool: Pool
    client: NodeClient
    actions: ServerActions
    lease: FakeLease
    network: SlowNetwork
    outlived: list[Outlived] = field(default_factory=list)

    @property
    def server(self) -> GameServer:
        return self.world.servers()[0]

    @property
    def uuid(self) -> str:
        return self.server.build.uuid

    def done(self) -> list[tuple[str, str]]:
        """What was done to it by us, and how, by the simulator's own record."""
        entries = [*self.world.log.entries("command", self.uuid), *self.world.log.entries("power", self.uuid)]
        ways = [(entry.detail, entry.by.partition(" ")[0]) for entry in entries]
        return [(did, way) for did, way in ways if way != "simulator"]

    def opened(self) -> int:
        """How many sockets were opened to it so far."""
        return sum(entry.detail == "open" for entry in self.world.log.entries("socket", self.uuid))

    def open(self) -> int:
        return sum(len(node.sockets()) for node in self.world.nodes)


class SlowNetwork(httpcore.AsyncNetworkBackend):
    """Takes what is written at once, and delivers it so many seconds later."""

    def __init__(self, inner: httpcore.AsyncNetworkBackend, tasks: TaskGroup) -> None:
        self.inner = inner
        self.tasks = tasks
        self.seconds = 0.0

    async def connect_tcp(self, *how: Any, **more: Any) -> httpcore.AsyncNetworkStream:
        return _SlowStream(await self.inner.connect_tcp(*how, **more), self)

    def transport(self) -> httpx.AsyncHTTPTransport:
        made = httpx.AsyncHTTPTransport(trust_env=False, verify=NO_TLS)
        made._pool = httpcore.AsyncConnectionPool(network_backend=metered(self))
        return made


class _SlowStream(httpcore.AsyncNetworkStream):
    def __init__(self, inner: httpcore.AsyncNetworkStream, network: SlowNetwork) -> None:
        self.inner = inner
        self.network = network

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self.inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self.network.seconds:
            self.network.tasks.start_soon(self._late, buffer, self.network.seconds)
        else:
            await self.inner.write(buffer, timeout)

    async def _late(self, buffer: bytes, seconds: float) -> None:
        await anyio.sleep(seconds)
        await self.inner.write(buffer)

    async def aclose(self) -> None:
        if not self.network.seconds:  # else what is under way comes first, as with a FIN
            await self.inner.aclose()

    def get_extra_info(self, info: str) -> Any:
        return None


@asynccontextmanager
async def watching(
    folder: Path, *, generation: Generation = G12_2, ahead: float = 0.0, failpoint: Failpoint | None = None
) -> AsyncIterator[Watch]:
    """A running server of a node, watched without its Panel. `ahead`: our clock, compared with the node's."""
    clock = SteadyClock(NOON)
    ours = SteadyClock(NOON + ahead)
    world = SimulatedWorld.build(clock, servers=1, generation=generation, running=True)
    config = read_node_config(Secret(write(world.nodes[0], folder).read_text()), {})
    tls, lease, late = ssl.create_default_context(), FakeLease(), list[Outlived]()
    async with in_memory(world, clock) as network, anyio.create_task_group() as group:
        slow = SlowNetwork(network.backend, group)
        client = NodeClient("edge-1", config, clock=ours, tls=tls, transport=network.transport())
        options = ConnectOptions(
            origin=world.panel_url, tls=tls, allow_plain=True, without_panel=True,
            transport=lambda _tls, _proxy: slow.transport(),
        )  # fmt: skip
        access = PanelAccess(name="edge-1", apis=[client], options=options)
        pool = Pool([access], clock=ours, chance=Random(1))
        actions = ServerActions(pool, ours, lease, late.append, failpoint)
        group.start_soon(pool.run)
        await anyio.sleep(30)
        yield Watch(world, pool, client, actions, lease, slow, late)
        group.cancel_scope.cancel()
        await client.aclose()


@pytest.mark.parametrize("generation", GENERATIONS.values(), ids=GENERATIONS)
@pytest.mark.parametrize(
    ("act", "did", "said"),
    [
        (stop, "stop", "the server is stopping"),
        (say, "say hello", "the console echoed it"),
        (ask, "list", "the console echoed it"),
    ],
    ids=["power", "send", "ask"],
)
async def test_an_action_has_a_socket_of_its_own_which_is_closed_behind_it(
    tmp_path: Path, generation: Generation, act: Act, did: str, said: str
) -> None:
    async with watching(tmp_path, generation=generation) as watch:
        watch.lease.ends_in(9.0)
        asked = watch.client.requests

        outcome = await act(watch.actions, watch.uuid)
        await anyio.sleep(1)

        assert outcome == Outcome(Result.DONE, said, "websocket")
        assert watch.done() == [(did, "websocket")]
        assert (watch.opened(), watch.open()) == (2, 1)
        assert watch.client.requests == asked  # nothing went over Wings' HTTP


@pytest.mark.parametrize("act", [stop, say, ask])
async def test_with_too_little_of_the_lease_no_socket_is_opened(tmp_path: Path, act: Act) -> None:
    async with watching(tmp_path) as watch:
        watch.lease.ends_in(4.9)

        outcome = await act(watch.actions, watch.uuid)

        assert outcome == Outcome(Result.FAILED, NOT_SENT, "websocket", passing=True)
        assert (watch.done(), watch.opened()) == ([], 1)


@pytest.mark.parametrize("act", [stop, say, ask])
async def test_a_process_stopped_between_look_and_write_does_nothing_stale_and_it_is_told(
    tmp_path: Path, act: Act
) -> None:
    async def stopped() -> None:
        stop_the_process(12.0)

    async with watching(tmp_path, failpoint=stopped) as watch:
        watch.lease.ends_in(9.0)

        outcome = await act(watch.actions, watch.uuid)
        await anyio.sleep(30)

        assert outcome.result is Result.UNKNOWN
        assert [round(one.seconds, 1) for one in watch.outlived] == [3.0]
        assert watch.done() == []


@pytest.mark.parametrize("act", [stop, say, ask])
async def test_what_a_slow_network_brings_late_is_dropped_by_the_node_and_unknown_here(
    tmp_path: Path, act: Act
) -> None:
    async with watching(tmp_path) as watch:

        async def slow_from_now() -> None:
            watch.network.seconds = 9.0

        watch.actions.failpoint = slow_from_now
        watch.lease.ends_in(9.0)

        outcome = await act(watch.actions, watch.uuid)
        await anyio.sleep(30)

        assert (outcome.result, outcome.passing) == (Result.UNKNOWN, False)
        assert watch.outlived == []  # it was written in time
        assert watch.done() == []


async def test_the_node_drops_what_comes_late_even_with_a_clock_two_seconds_behind(tmp_path: Path) -> None:
    """The lease ends in 9 s. By its clock the node takes the token for 7, and 2 more pass here until then."""

    async def stopped() -> None:
        stop_the_process(9.0)

    async with watching(tmp_path, ahead=ALLOWED_SKEW, failpoint=stopped) as watch:
        watch.lease.ends_in(9.0)
        await stop(watch.actions, watch.uuid)
        await anyio.sleep(30)

        assert watch.done() == []


async def test_a_node_whose_clock_is_ahead_takes_nothing_and_that_is_told(tmp_path: Path) -> None:
    async with watching(tmp_path, ahead=-30.0) as watch:
        watch.lease.ends_in(9.0)

        outcome = await stop(watch.actions, watch.uuid)

        assert (outcome.result, outcome.passing) == (Result.FAILED, True)
        assert REFUSED in outcome.detail
        assert watch.done() == []


async def test_a_node_that_cannot_be_reached_fails_the_action_with_the_reason(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        cause(watch.world, "restart-wings", {"seconds": 600})
        await anyio.sleep(5)

        outcome = await stop(watch.actions, watch.uuid)

        assert (outcome.result, outcome.passing) == (Result.FAILED, True)
        assert outcome.detail.startswith("not sent: no socket to act could be opened at the node (")


async def test_the_link_that_listens_keeps_its_token_and_hears_all(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        watch.lease.ends_in(9.0)
        await stop(watch.actions, watch.uuid)
        await anyio.sleep(120)

        heard = list(iter(watch.pool.queue.take_now, None))
        assert not [event for event in heard if isinstance(event, LinkLost)]
        assert {status.state for status in watch.pool.status()} == {"live"}
