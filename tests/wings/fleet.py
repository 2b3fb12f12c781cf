"""A simulated fleet on virtual time, and the pool that watches it."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from random import Random

import anyio

from automaton.core.events import Event
from automaton.pace.acting_lease import Failpoint
from automaton.pace.clock import SteadyClock
from automaton.panel.client import PanelClient
from automaton.panel.endpoint import PanelEndpoint
from automaton.secret import Secret
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.wings.link_opening import ConnectOptions
from automaton.wings.link_supervisor import LinkStatus
from automaton.wings.panel_links import PanelAccess
from automaton.wings.pool import Pool
from automaton.wings.server_actions import Outlived, ServerActions
from tests.pace.fake_lease import FakeLease
from tests.simulator.memory_network import MemoryNetwork, in_memory

NOON = 1_800_000_000.0


@dataclass
class Watched:
    """A world, a pool that watches it, and all that was heard."""

    world: SimulatedWorld
    network: MemoryNetwork
    clock: SteadyClock
    pool: Pool
    actions: ServerActions
    heard: list[Event] = field(default_factory=list)
    outlived: list[Outlived] = field(default_factory=list)

    def of(self, kind: type[Event], server: str | None = None) -> list[Event]:
        return [e for e in self.heard if isinstance(e, kind) and server in (None, e.server)]

    async def until(self, truth: Callable[[], bool], within: float = 120.0) -> None:
        """Lets virtual time pass until it is true."""
        deadline = self.clock.now().mono + within
        while not truth():
            assert self.clock.now().mono < deadline, "it did not come true in time"
            await anyio.sleep(0.05)

    @property
    def all_live(self) -> bool:
        return {s.state for s in self.pool.status()} == {"live"} and len(self.pool.status()) == len(
            self.world.servers()
        )


def token_requests(watched: Watched, server: str | None = None) -> list[float]:
    """When tokens were asked for."""
    return [entry.at for entry in watched.world.log.entries("token", server)]


def most_in_a_minute(moments: list[float]) -> int:
    return max((sum(t <= other < t + 60 for other in moments) for t in moments), default=0)


def the_link(watched: Watched) -> LinkStatus:
    """The only one."""
    (status,) = watched.pool.status()
    return status


@asynccontextmanager
async def watching(
    servers: int = 1,
    *,
    nodes: int = 1,
    seed: int = 1,
    refresh: float = 300.0,
    up: bool = True,
    origin: str = "",
    client_class: type[PanelClient] = PanelClient,
    prepare: Callable[[SimulatedWorld], None] = lambda _: None,
    lease: FakeLease | None = None,
    failpoint: Failpoint | None = None,
) -> AsyncIterator[Watched]:
    """A watched fleet. `up`: all links stand when the block is entered. `prepare` changes the world first."""
    clock = SteadyClock(NOON)
    world = SimulatedWorld.build(clock, servers=servers, nodes=nodes, seed=seed, running=True)
    prepare(world)
    async with in_memory(world, clock) as network:
        account = PanelEndpoint(
            name="main", url=world.panel_url, keys=(Secret(world.key),), refresh=refresh, origin=origin
        )
        tls = ssl.create_default_context()
        client = client_class(account, account.keys[0], clock=clock, tls=tls, transport=network.transport())
        options = ConnectOptions(
            origin=account.sent_origin,
            tls=tls,
            allow_plain=account.plain_sockets,
            transport=lambda _tls, _proxy: network.transport(),
        )
        rules = PanelAccess(name="main", apis=[client], options=options, refresh=refresh)
        pool = Pool([rules], clock=clock, chance=Random(seed))
        late: list[Outlived] = []
        actions = ServerActions(pool, clock, lease, late.append, failpoint)
        watched = Watched(world, network, clock, pool, actions, outlived=late)

        async def listen() -> None:
            while True:
                watched.heard.append(await pool.take())

        # The client is closed after all tasks, as in the daemon: one that is about to ask finds it open.
        async with aclosing(client), anyio.create_task_group() as group:
            group.start_soon(pool.run)
            group.start_soon(listen)
            if up:
                await watched.until(lambda: watched.all_live)
            yield watched
            await anyio.sleep(1)  # a question to the Panel may be under way, and a request cut off lingers
            group.cancel_scope.cancel()
