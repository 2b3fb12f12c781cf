"""The simulator on real sockets of the loopback."""

from __future__ import annotations

import stat

import anyio
import httpx
import pytest
import yaml
from httpx_ws import AsyncWebSocketSession, WebSocketNetworkError

from automaton.simulator.panel.panel_kind import PELICAN_PANEL, PTERODACTYL_1_11
from automaton.simulator.serve import Simulation, simulated
from automaton.simulator.wings.generation import G11, PELICAN
from tests.simulator.real import connected

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    """Real sockets and uvicorn: asyncio, and real time."""
    return "asyncio"


async def until(session: AsyncWebSocketSession, event: str, argument: str) -> None:
    with anyio.fail_after(5):
        while True:
            heard = await session.receive_json()
            if (heard["event"], heard.get("args", [""])[0]) == (event, argument):
                return


async def test_a_client_over_sockets_gets_a_token_connects_and_sees_a_kill_and_a_fault() -> None:
    async with (
        simulated(servers=1) as simulation,
        httpx.AsyncClient() as client,
        connected(simulation.world, client) as session,
    ):
        await session.send_json({"event": "set state", "args": ["start"]})
        await until(session, "status", "starting")
        await session.send_json({"event": "set state", "args": ["kill"]})
        await until(session, "status", "offline")
        await client.post(f"{simulation.control}/faults/drop")

        with pytest.raises(WebSocketNetworkError):
            await until(session, "never", "")


async def test_while_wings_restarts_its_port_refuses_and_is_then_the_same() -> None:
    async with simulated(servers=1, running=False) as simulation, httpx.AsyncClient() as client:
        node = simulation.world.nodes[0]
        url = node.url
        node.listening = False
        node.on_listening()
        await refused(client, url)

        node.listening = True
        node.on_listening()
        with anyio.fail_after(5):
            while (await answer_of(client, url)) != 401:
                pass

        assert node.url == url


async def test_config_yml_is_what_direct_mode_needs_and_nobody_else_may_read_it() -> None:
    async with simulated(servers=2, nodes=2, running=False) as simulation, httpx.AsyncClient() as client:
        for node, path in zip(simulation.world.nodes, simulation.configs, strict=True):
            config = yaml.safe_load(path.read_text(encoding="utf-8"))
            url = f"http://{config['api']['host']}:{config['api']['port']}"
            answer = await client.get(
                f"{url}/api/servers", headers={"Authorization": f"Bearer {config['token']}"}
            )

            assert [server["configuration"]["uuid"] for server in answer.json()] == list(node.servers)
            assert (config["uuid"], config["remote"]) == (node.uuid, simulation.panel)
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_the_ready_line_names_everything_that_a_client_needs() -> None:
    async with simulated(servers=2, running=False) as simulation:
        ready = simulation.as_json()

    assert set(ready) == {"panel", "key", "panels", "nodes", "servers", "control"}
    assert_shape(simulation, ready)


async def test_each_panel_of_a_mix_lists_its_own_servers_and_its_nodes_take_its_origin() -> None:
    mix = [(G11, PTERODACTYL_1_11), (PELICAN, PELICAN_PANEL)]
    async with simulated(servers=3, mix=mix, running=False) as simulation, httpx.AsyncClient() as client:
        listed = []
        for panel in simulation.world.panels:
            key = panel.inventory.automaton.key
            headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
            answer = await client.get(f"{panel.inventory.url}/api/client", headers=headers)
            listed.append([server["attributes"]["name"] for server in answer.json()["data"]])
            (other,) = [one for one in simulation.world.panels if one is not panel]
            headers["Authorization"] = f"Bearer {other.inventory.automaton.key}"
            foreign = await client.get(f"{panel.inventory.url}/api/client", headers=headers)
            assert foreign.status_code == 401

    assert listed == [["lobby", "creative"], ["survival"]]
    assert [node.remote for node in simulation.world.nodes] == [
        panel.inventory.url for panel in simulation.world.panels
    ]


def assert_shape(simulation: Simulation, ready: dict[str, object]) -> None:
    (node,) = simulation.world.nodes
    assert ready["panels"] == [
        {
            "url": simulation.panel,
            "kind": "pterodactyl-1.12",
            "key": simulation.key,
            "nodes": [{"url": node.url, "generation": "g12.2"}],
        }
    ]
    assert ready["nodes"] == [
        {"url": simulation.world.nodes[0].url, "config": str(simulation.configs[0])},
    ]
    assert ready["servers"] == [
        {"uuid": server.build.uuid, "id": server.build.identifier, "name": server.build.name}
        for server in simulation.world.servers()
    ]


async def answer_of(client: httpx.AsyncClient, url: str) -> int:
    try:
        return (await client.get(f"{url}/api/servers")).status_code
    except httpx.TransportError:
        return 0


async def refused(client: httpx.AsyncClient, url: str) -> None:
    with anyio.fail_after(5):
        while (await answer_of(client, url)) != 0:
            pass
