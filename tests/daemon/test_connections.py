"""From a file to links: a Panel, a node without one, and both together, on virtual time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import anyio
import pytest
import trio.testing

from automaton.configuration.load import load_configuration
from automaton.core.events import ServerGone, ServerListed
from automaton.daemon.connections import Connections, same_panels, unverified
from automaton.pace.clock import SteadyClock
from automaton.settings.model import Settings
from automaton.simulator.faults.catalog import cause
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.config_file import write
from automaton.wings.link_supervisor import LinkState
from tests.simulator.memory_network import in_memory

pytestmark = pytest.mark.anyio

PANEL = "panels: {main: {url: 'http://panel.test', keys: [{env: KEY}]}}\n"
TWO_KEYS = "panels: {main: {url: 'http://panel.test', keys: [{env: KEY}, {env: SECOND}]}}\n"
NODE = "nodes: {edge-1: {config: {file: node-1.yml}, servers: [{id: '*', egg: Valheim}]}}\n"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": trio.testing.MockClock(autojump_threshold=0)}


@asynccontextmanager
async def fleet_of(
    folder: Path, text: str, *, panel_down: float = 0.0
) -> AsyncIterator[tuple[SimulatedWorld, Connections]]:
    """The links of a file's Panels and nodes, thirty seconds after their start."""
    clock = SteadyClock(1_800_000_000.0)
    world = SimulatedWorld.build(clock, servers=4, nodes=2)
    if panel_down:
        cause(world, "panel-down", {"status": 502, "seconds": panel_down})
    second = world.add_user("second", everywhere=("websocket.connect",))
    for node in world.nodes:
        write(node, folder)
    (folder / "automaton.yml").write_text(text)
    env = {"KEY": world.key, "SECOND": second.key}
    configuration = load_configuration(folder / "automaton.yml", env).or_raise()
    async with in_memory(world, clock) as network, anyio.create_task_group() as group:
        fleet = Connections(configuration, clock, Random(1), lambda _: network.transport())
        group.start_soon(fleet.pool.run)
        await anyio.sleep(30)
        yield world, fleet
        group.cancel_scope.cancel()
        await fleet.aclose()


def live(fleet: Connections) -> dict[str, int]:
    """The live links, by the Panel or node that has them."""
    return {
        house.name: sum(status.state is LinkState.LIVE for status in house.statuses())
        for house in fleet.pool.panels
    }


async def test_a_panel_gives_all_its_servers(tmp_path: Path) -> None:
    async with fleet_of(tmp_path, PANEL) as (_, fleet):
        assert live(fleet) == {"main": 4}


async def test_two_keys_share_the_servers(tmp_path: Path) -> None:
    async with fleet_of(tmp_path, TWO_KEYS) as (_, fleet):
        assert live(fleet) == {"main": 4}
        assert [account.servers for account in fleet.pool.panel_statuses()[0].accounts] == [2, 2]


async def test_a_key_that_is_revoked_loses_its_servers_to_the_other_and_no_link(tmp_path: Path) -> None:
    async with fleet_of(tmp_path, TWO_KEYS) as (world, fleet):
        del world.users[world.key]
        await anyio.sleep(1800)

        assert live(fleet) == {"main": 4}
        assert [account.servers for account in fleet.pool.panel_statuses()[0].accounts] == [0, 4]
        assert not any(keeper.reconnects for keeper in fleet.pool.panels[0].supervisors.values())


async def test_each_account_has_a_pace_of_its_own_by_its_place_among_the_keys(tmp_path: Path) -> None:
    async with fleet_of(tmp_path, TWO_KEYS + NODE) as (_, fleet):
        paces = fleet.paces()

        assert paces.keys() == {("main", 0), ("main", 1)}
        assert paces["main", 0] is not paces["main", 1]
        (accounts, _) = (house.accounts for house in fleet.pool.panel_statuses())
        assert [(account.servers, account.unseen) for account in accounts] == [(2, 0), (2, 0)]


async def test_a_node_needs_no_panel(tmp_path: Path) -> None:
    async with fleet_of(tmp_path, NODE.replace("node-1", "node-2")) as (_, fleet):
        assert live(fleet) == {"edge-1": 2}


async def test_a_panel_and_a_node_stand_together_and_no_server_is_heard_twice(tmp_path: Path) -> None:
    async with fleet_of(tmp_path, PANEL + NODE) as (_, fleet):
        assert live(fleet) == {"main": 4, "edge-1": 0}


async def test_a_panel_that_comes_later_takes_its_servers_over_from_the_node(tmp_path: Path) -> None:
    """The node knows no egg but those it was told: by them a game's rules would not be found."""
    async with fleet_of(tmp_path, PANEL + NODE, panel_down=60.0) as (_, fleet):
        assert live(fleet) == {"main": 0, "edge-1": 2}
        await anyio.sleep(300)

        assert live(fleet) == {"main": 4, "edge-1": 0}
        heard = list(iter(fleet.pool.queue.take_now, None))
        assert not any(isinstance(event, ServerGone) for event in heard)
        last = {event.server: event.profile.egg for event in heard if isinstance(event, ServerListed)}
        assert "Valheim" not in last.values()


async def test_another_egg_of_a_node_s_server_is_taken_by_a_reload_and_no_link_is_lost(
    tmp_path: Path,
) -> None:
    async with fleet_of(tmp_path, NODE) as (_, fleet):
        listed(fleet)
        (tmp_path / "automaton.yml").write_text(NODE.replace("Valheim", "Paper"))
        fleet.choose(load_configuration(tmp_path / "automaton.yml", {}).or_raise())
        await anyio.sleep(60)

        assert listed(fleet) == {"Paper"}
        assert live(fleet) == {"edge-1": 2}


def listed(fleet: Connections) -> set[str]:
    """The eggs of the servers that were listed since the last time."""
    heard = list(iter(fleet.pool.queue.take_now, None))
    assert not any(isinstance(event, ServerGone) for event in heard)
    return {event.profile.egg for event in heard if isinstance(event, ServerListed)}


def test_whose_certificates_are_not_looked_at_is_known(tmp_path: Path) -> None:
    (tmp_path / "node-1.yml").write_text("uuid: u\ntoken: t\nremote: https://x\n")
    text = PANEL.replace("keys", "insecure_skip_verify: true, keys") + NODE
    (tmp_path / "automaton.yml").write_text(text)
    settings = load_configuration(tmp_path / "automaton.yml", {"KEY": "ptlc_1"}).or_raise().settings

    assert unverified(settings) == ["main"]
    assert unverified(settings.model_copy(update={"panels": {}})) == []


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (PANEL, PANEL, True),
        (PANEL, PANEL.replace("keys", "servers: {node: a}, keys"), True),
        (PANEL, PANEL.replace("keys", "refresh: 1m, keys"), False),
        (PANEL, TWO_KEYS, False),
        (PANEL, PANEL + NODE, False),
        (NODE, NODE.replace("Valheim", "Paper"), True),
        (NODE, NODE.replace("servers", "refresh: 1m, servers"), False),
    ],
)
def test_another_panel_key_or_node_is_told_from_the_same(
    tmp_path: Path, before: str, after: str, same: bool
) -> None:
    (tmp_path / "node-1.yml").write_text("uuid: u\ntoken: t\nremote: https://x\n")

    def settings(text: str) -> Settings:
        (tmp_path / "automaton.yml").write_text(text)
        env = {"KEY": "ptlc_1", "SECOND": "ptlc_2"}
        return load_configuration(tmp_path / "automaton.yml", env).or_raise().settings

    assert same_panels(settings(before), settings(after)) is same
