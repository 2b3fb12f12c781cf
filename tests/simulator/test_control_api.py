from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from automaton.pace.clock import SteadyClock
from automaton.simulator.control_api import control
from automaton.simulator.faults.catalog import FAULTS
from automaton.simulator.simulated_world import SimulatedWorld

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(clock: SteadyClock) -> SimulatedWorld:
    return SimulatedWorld.build(clock, servers=2, seed=7, running=False)


@pytest.fixture
async def client(world: SimulatedWorld) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(control(world))
    async with httpx.AsyncClient(transport=transport, base_url="http://control") as client:
        yield client


async def test_a_fault_is_done_and_what_came_of_it_stands_in_the_log(
    world: SimulatedWorld, client: httpx.AsyncClient
) -> None:
    done = await client.post("/faults/start", json={"server": "lobby"})
    log = (await client.get("/log", params={"kind": "power", "server": "lobby"})).json()

    assert (done.status_code, done.json()) == (200, {"done": "start"})
    assert [(entry["detail"], entry["by"]) for entry in log] == [("start", "human")]
    assert log[0]["server"] == world.server("lobby").build.uuid


async def test_a_fault_needs_no_body(client: httpx.AsyncClient) -> None:
    assert (await client.post("/faults/no-tokens")).json() == {"done": "no-tokens"}


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        ("/faults/frob", b"{}", 404, "no fault `frob`"),
        ("/faults/crash", b'{"server": "lobby"}', 422, "start the server first"),
        ("/faults/crash", b"[]", 422, "a JSON object"),
        ("/faults/crash", b"{", 422, "no JSON"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_a_sentence(
    client: httpx.AsyncClient, path: str, body: bytes, status: int, sentence: str
) -> None:
    answer = await client.post(path, content=body)

    assert answer.status_code == status
    assert sentence in answer.json()["error"]


async def test_the_overview_shows_nodes_and_servers(client: httpx.AsyncClient) -> None:
    body = (await client.get("/")).json()

    assert [(s["name"], s["state"], s["sockets"]) for s in body["servers"]] == [
        ("lobby", "offline", 0),
        ("survival", "offline", 0),
    ]
    assert body["nodes"] == [{"name": "node-1", "url": "http://node-1.test:8080", "listening": True}]


async def test_the_list_of_faults_says_what_each_takes(client: httpx.AsyncClient) -> None:
    body = (await client.get("/faults")).json()

    assert set(body) == set(FAULTS)
    assert body["crash"]["takes"] == ["server", "code", "oom"]


async def test_the_log_of_an_unknown_server_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get("/log?server=nowhere")).status_code == 404
