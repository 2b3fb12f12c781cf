"""One daemon's pool, unchanged, on five generations of Wings and three Panels at once, on virtual time."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

import anyio
import pytest

from automaton.core.calls import Signal
from automaton.core.events import Event, State, StateChanged, StateReported
from automaton.core.outcome import Result
from automaton.pace.clock import SteadyClock
from automaton.panel.client import PanelClient
from automaton.panel.endpoint import PanelEndpoint
from automaton.secret import Secret
from automaton.simulator.faults.catalog import cause
from automaton.simulator.panel.panel import Panel
from automaton.simulator.panel.panel_kind import PELICAN_PANEL, PTERODACTYL_1_11, PTERODACTYL_1_12
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.generation import G11, G12, G12_2, N_DEV, PELICAN
from automaton.wings.link_opening import ConnectOptions
from automaton.wings.panel_links import PanelAccess
from automaton.wings.pool import Pool
from automaton.wings.server_actions import ServerActions
from tests.simulator.memory_network import MemoryNetwork, in_memory

pytestmark = pytest.mark.anyio

TLS = ssl.create_default_context()
MIX = (
    (G11, PTERODACTYL_1_11),
    (G12, PTERODACTYL_1_12),
    (G12_2, PTERODACTYL_1_12),
    (N_DEV, PTERODACTYL_1_12),
    (PELICAN, PELICAN_PANEL),
)


@dataclass
class Fleet:
    """A mixed world, the pool that watches all of it, and what was heard."""

    world: SimulatedWorld
    clock: SteadyClock
    pool: Pool
    actions: ServerActions
    heard: list[Event]

    async def until(self, truth: Callable[[], bool], within: float = 180.0) -> None:
        """Lets virtual time pass until it is true."""
        deadline = self.clock.now().mono + within
        while not truth():
            assert self.clock.now().mono < deadline, "it did not come true in time"
            await anyio.sleep(0.05)

    @property
    def is_live(self) -> bool:
        states = [status.state for status in self.pool.status()]
        return states == ["live"] * len(self.world.servers())

    def told(self, kind: type[StateChanged | StateReported], state: State) -> set[str]:
        """The servers of which this was heard."""
        return {e.server for e in self.heard if isinstance(e, kind) and e.state is state}


@asynccontextmanager
async def watched(servers: int) -> AsyncIterator[Fleet]:
    clock = SteadyClock(1_800_000_000.0)
    world = SimulatedWorld.build(clock, servers=servers, seed=4, mix=MIX)
    async with in_memory(world, clock) as network, anyio.create_task_group() as group:
        accounts = [account_of(panel) for panel in world.panels]
        clients = [
            PanelClient(a, a.keys[0], clock=clock, tls=TLS, transport=network.transport()) for a in accounts
        ]
        rules = [rules_of(client, a, network) for client, a in zip(clients, accounts, strict=True)]
        pool = Pool(rules, clock=clock, chance=Random(4))
        fleet = Fleet(world, clock, pool, ServerActions(pool, clock), [])

        async def listen() -> None:
            while True:
                fleet.heard.append(await pool.take())

        group.start_soon(pool.run)
        group.start_soon(listen)
        await fleet.until(lambda: fleet.is_live)
        yield fleet
        group.cancel_scope.cancel()
        for client in clients:
            await client.aclose()


def account_of(panel: Panel) -> PanelEndpoint:
    inventory = panel.inventory
    return PanelEndpoint(name=inventory.kind.name, url=inventory.url, keys=(Secret(inventory.automaton.key),))


def rules_of(client: PanelClient, account: PanelEndpoint, network: MemoryNetwork) -> PanelAccess:
    door = ConnectOptions(
        origin=account.sent_origin,
        tls=TLS,
        allow_plain=account.plain_sockets,
        transport=lambda _tls, _proxy: network.transport(),
    )
    return PanelAccess(name=account.name, apis=[client], options=door)


async def test_every_server_is_live_and_takes_a_command_and_a_restart() -> None:
    async with watched(10) as fleet:
        uuids = {server.build.uuid for server in fleet.world.servers()}
        await fleet.until(lambda: all(s.state == "running" for s in fleet.world.servers()))
        await anyio.sleep(5)

        for uuid in uuids:
            assert (await fleet.actions.send_command(uuid, "list")).result is Result.DONE
            assert (await fleet.actions.set_power(uuid, Signal.RESTART)).result is Result.DONE
        await fleet.until(lambda: fleet.told(StateChanged, State.STOPPING) == uuids)
        await anyio.sleep(30)

        typed = {entry.server for entry in fleet.world.log.entries("command") if entry.detail == "list"}
        assert typed == uuids
        assert {server.state for server in fleet.world.servers()} == {"running"}
        assert fleet.told(StateChanged, State.RUNNING) == uuids
        assert fleet.is_live


async def test_each_outlives_its_tokens_and_a_changed_password_in_its_own_way() -> None:
    """Some Panels take tokens back, some drop one user, some a server, Pelican's a whole node."""
    async with watched(10) as fleet:
        await anyio.sleep(1800)
        late = fleet.is_live

        cause(fleet.world, "revoke", {"user": "automaton"})
        await anyio.sleep(120)

        assert (late, fleet.is_live) == (True, True)


async def test_all_come_back_after_every_wings_restarted() -> None:
    async with watched(10) as fleet:
        cause(fleet.world, "restart-wings", {"seconds": 20})
        await anyio.sleep(1)
        down = fleet.is_live

        await fleet.until(lambda: fleet.is_live, within=300)

        assert not down
        requests = [entry.at for entry in fleet.world.log.entries("token")]
        assert len(requests) <= 4 * len(fleet.world.servers())


async def test_a_server_that_moves_is_followed_to_its_new_node() -> None:
    async with watched(10) as fleet:
        source, target = fleet.world.nodes[1], fleet.world.nodes[2]
        server = next(iter(source.servers.values()))

        cause(fleet.world, "transfer", {"server": server.build.uuid, "to": target.name, "seconds": 40})
        await anyio.sleep(60)
        await fleet.until(lambda: fleet.is_live, within=600)
        await fleet.until(lambda: len(target.sockets(server.build.uuid)) == 1)

        assert server.build.uuid not in source.servers


async def test_a_server_that_is_deleted_is_watched_no_longer_and_the_others_are() -> None:
    async with watched(10) as fleet:
        for node in fleet.world.nodes:
            cause(fleet.world, "delete", {"server": next(iter(node.servers))})

        await fleet.until(lambda: len(fleet.pool.status()) == 5 and fleet.is_live, within=900)

        assert {status.server for status in fleet.pool.status()} == {
            server.build.uuid for server in fleet.world.servers()
        }
