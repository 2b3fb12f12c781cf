"""The real httpx, over bytes in memory, on virtual time."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import httpx
import pytest
from httpx_ws import WebSocketNetworkError

from automaton.pace.clock import SteadyClock
from automaton.simulator.faults.catalog import cause
from automaton.simulator.simulated_world import SimulatedWorld
from tests.simulator.memory_network import in_memory
from tests.simulator.real import connected

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(clock: SteadyClock) -> SimulatedWorld:
    return SimulatedWorld.build(clock, servers=1, seed=7, running=False)


@pytest.fixture
async def client(world: SimulatedWorld, clock: SteadyClock) -> AsyncIterator[httpx.AsyncClient]:
    async with in_memory(world, clock) as network, httpx.AsyncClient(transport=network.transport()) as client:
        yield client


async def test_a_real_client_gets_a_token_connects_starts_the_server_and_sees_it_run(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    seen: list[str] = []

    async with connected(world, client, events=3) as session:
        await session.send_json({"event": "set state", "args": ["start"]})
        while "running" not in seen:
            event = await session.receive_json()
            seen.append(event["args"][0] if event["event"] == "status" else event["event"])

    assert seen.index("starting") < seen.index("running")
    assert world.server("lobby").state == "running"


async def test_a_half_open_socket_stays_silent_for_an_hour_that_takes_no_time(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    async with connected(world, client, events=3) as session:
        world.nodes[0].sockets()[0].fall_silent()
        with anyio.move_on_after(3600) as scope:
            await session.receive_text()

    assert scope.cancelled_caught


async def test_a_dropped_socket_ends_with_no_close_frame(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    async with connected(world, client, events=3) as session:
        world.nodes[0].sockets()[0].abort()

        with pytest.raises(WebSocketNetworkError):
            await session.receive_text()


async def test_a_node_that_restarts_refuses_connections_until_it_is_up(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    world.nodes[0].restart(30.0)

    with pytest.raises(httpx.ConnectError):
        await client.get(f"{world.nodes[0].url}/api/system")
    await anyio.sleep(31)
    assert (await client.get(f"{world.nodes[0].url}/api/system")).status_code == 401


async def test_a_slow_panel_meets_the_clients_own_timeout(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    cause(world, "panel-slow", {"delay": 60, "seconds": 300})
    url = f"{world.panel_url}/api/client"

    with pytest.raises(httpx.ReadTimeout):
        await client.get(url, timeout=30)
    assert (await client.get(url, timeout=90)).status_code == 302
    await anyio.sleep(300)
    assert (await client.get(url, timeout=1)).status_code == 302


async def test_a_node_that_hangs_is_met_with_the_clients_own_timeout(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    cause(world, "wings-hangs", {"seconds": 100})

    with pytest.raises(httpx.ReadTimeout):
        await client.get(world.nodes[0].url, timeout=30)
    await anyio.sleep(100)
    assert (await client.get(world.nodes[0].url, timeout=1)).status_code == 401
