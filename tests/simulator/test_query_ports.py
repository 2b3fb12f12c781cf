"""Simulated games listen where their Panel says, and say nothing while they do not run."""

from __future__ import annotations

import pytest

from automaton.core.outcome import Result
from automaton.core.pack import QueryProtocol
from automaton.pace.clock import SystemClock
from automaton.query.asking import GameQueries
from automaton.simulator.panel.response_bodies import described
from automaton.simulator.serve import Simulation, simulated
from automaton.simulator.simulate_options import servers_of
from automaton.simulator.wings.game_server import GameServer
from tests.query.games import game

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def told(simulation: Simulation, server: GameServer) -> tuple[int, dict[str, str]]:
    """The port of its allocation and the variables of its egg, as the Panel tells them."""
    user = next(iter(simulation.world.users.values()))
    attributes = described(server, simulation.world.nodes[0], user, egg=True)["attributes"]
    assert isinstance(attributes, dict)
    relations = attributes["relationships"]
    (allocation,) = (one["attributes"] for one in relations["allocations"]["data"])
    variables = [one["attributes"] for one in relations["variables"]["data"]]
    return allocation["port"], {one["env_variable"]: one["server_value"] for one in variables}


async def test_each_game_is_told_in_the_way_of_its_egg() -> None:
    builds = servers_of(["source", "valheim", "rust"], 1, 0.0)
    async with simulated(servers=builds, queries=True, running=False) as simulation:
        source, valheim, rust = simulation.world.servers()
        port, variables = told(simulation, rust)

        assert source.port == told(simulation, source)[0] > 0
        assert valheim.port == told(simulation, valheim)[0] > 0
        assert port != int(variables["QUERY_PORT"]) > 0


async def test_a_game_that_does_not_run_says_nothing() -> None:
    async with game(QueryProtocol.MINECRAFT) as one:
        one.says = None
        outcome = await GameQueries(SystemClock()).ask(QueryProtocol.MINECRAFT, "127.0.0.1", one.port)

    assert outcome.result is Result.UNKNOWN


async def test_without_being_asked_for_no_port_is_opened() -> None:
    async with simulated(servers=1, running=False) as simulation:
        assert [one.port for one in simulation.world.servers()] == [0]
