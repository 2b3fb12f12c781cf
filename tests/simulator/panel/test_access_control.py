"""The door of a Panel: what is met by everybody who comes while it is down or slow."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import httpx
import pytest

from automaton.pace.clock import SteadyClock
from automaton.simulator.faults.catalog import cause
from automaton.simulator.panel.panel_kind import PELICAN_PANEL, PTERODACTYL_1_12
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.config_sync import PanelAnswer
from automaton.simulator.wings.generation import G12_2, PELICAN
from tests.simulator.memory_network import in_memory

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(clock: SteadyClock) -> SimulatedWorld:
    return SimulatedWorld.build(clock, servers=1, seed=7, running=False)


@pytest.fixture
async def client(world: SimulatedWorld, clock: SteadyClock) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        in_memory(world, clock) as network,
        httpx.AsyncClient(transport=network.transport(), base_url=world.panel_url, timeout=100) as client,
    ):
        yield client


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/client"), ("GET", "/"), ("GET", "/api/nothing"), ("POST", "/api/client"), ("HEAD", "/")],
)
async def test_a_panel_that_is_down_fails_every_request_also_one_without_a_key(
    world: SimulatedWorld, client: httpx.AsyncClient, status: int, method: str, path: str
) -> None:
    cause(world, "panel-down", {"status": status})

    assert (await client.request(method, path)).status_code == status


async def test_a_panel_that_is_back_asks_for_the_key_again(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    cause(world, "panel-down", {"seconds": 10})
    down = (await client.get("/api/client", headers={"Accept": "application/json"})).status_code
    await anyio.sleep(11)

    answer = await client.get("/api/client", headers={"Accept": "application/json"})

    assert (down, answer.status_code) == (502, 401)


async def test_an_outage_can_be_ended_before_its_time(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    cause(world, "panel-down", {"seconds": 600})
    cause(world, "panel-down", {"back": True})

    assert (await client.get("/api/nothing")).status_code == 404


async def test_a_second_outage_is_not_cut_short_by_the_end_of_the_first(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    cause(world, "panel-down", {"seconds": 10})
    await anyio.sleep(5)
    cause(world, "panel-down", {"seconds": 10})
    await anyio.sleep(7)
    still = (await client.get("/")).status_code
    await anyio.sleep(5)

    assert (still, (await client.get("/")).status_code) == (502, 404)


async def test_a_slow_panel_is_slow_on_every_path(
    world: SimulatedWorld, client: httpx.AsyncClient, clock: SteadyClock
) -> None:
    cause(world, "panel-slow", {"delay": 20, "seconds": 100})
    began = clock.now().mono

    answer = await client.get("/api/nothing")

    assert (answer.status_code, round(clock.now().mono - began)) == (404, 20)


async def test_its_nodes_meet_the_same_trouble_and_those_of_another_panel_do_not(clock: SteadyClock) -> None:
    world = SimulatedWorld.build(clock, servers=2, mix=[(G12_2, PTERODACTYL_1_12), (PELICAN, PELICAN_PANEL)])

    cause(world, "panel-down", {"panel": "pelican", "status": 503})
    cause(world, "panel-slow", {"panel": "pterodactyl-1.12", "delay": 5})

    assert [node.ask_panel() for node in world.nodes] == [PanelAnswer(200, 5), PanelAnswer(503)]
