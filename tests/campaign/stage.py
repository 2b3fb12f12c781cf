"""Three Panels, six nodes of four generations, a pool that watches them all: one campaign on virtual time."""

from __future__ import annotations

import ssl
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from math import inf
from random import Random

import anyio
import httpx

from automaton.pace.clock import Clock, SteadyClock
from automaton.panel.client import PanelClient
from automaton.panel.endpoint import PanelEndpoint
from automaton.secret import Secret
from automaton.simulator.faults.arguments import FaultError
from automaton.simulator.faults.catalog import cause
from automaton.simulator.panel.accounts import SUBUSER_MAY
from automaton.simulator.panel.panel import Panel
from automaton.simulator.panel.panel_kind import PELICAN_PANEL, PTERODACTYL_1_11, PTERODACTYL_1_12
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.generation import G11, G12_2, N_DEV, PELICAN
from automaton.wings.link_opening import ConnectOptions
from automaton.wings.link_supervisor import LinkStatus
from automaton.wings.panel_links import PanelAccess
from automaton.wings.pool import Pool
from tests.campaign.plan import NAP, TALLY, Deed, Targets, plan
from tests.campaign.witness import Witness, numbered
from tests.simulator.memory_network import MemoryNetwork, in_memory

NOON = 1_800_000_000.0
MIX = (
    (G12_2, PTERODACTYL_1_12),
    (N_DEV, PTERODACTYL_1_12),
    (G11, PTERODACTYL_1_11),
    (PELICAN, PELICAN_PANEL),
    (G12_2, PTERODACTYL_1_12),
    (PELICAN, PELICAN_PANEL),
)
TLS = ssl.create_default_context()
MINUTE = 60.0
LOOKED_EVERY = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """`faults` a minute in the whole fleet, `numbers` printed a minute by each server.

    `reading_every`: seconds between two readings of a server, 1.0 as in Wings.
    `limit`: events of one server that wait for who takes them. `quiet`: so many seconds after the last
    fault all links have to be up; a token's life and two readings of the list, and more.
    """

    seed: int
    servers: int = 200
    seconds: float = 3600.0
    faults: float = 20.0
    numbers: float = 6.0
    reading_every: float = 1.0
    limit: int = 100
    quiet: float = 1200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one campaign showed. `complaints` are sentences; none means that all laws held."""

    seed: int
    deeds: Counter[str]
    events: Counter[str]
    printed: int
    changes: int
    most_tokens: int
    most_calls: dict[str, tuple[int, int]]
    back_after: float
    complaints: tuple[str, ...]


class Counted(httpx.AsyncBaseTransport):
    """A transport to a Panel that notes the moment of every request of one user."""

    def __init__(self, inner: httpx.AsyncBaseTransport, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock
        self.calls: list[float] = []
        self.tokens: defaultdict[str, list[float]] = defaultdict(list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        mono = self._clock.now().mono
        self.calls.append(mono)
        *_, server, last = ("", *request.url.path.split("/"))
        if last == "websocket":
            self.tokens[server].append(mono)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


@dataclass(frozen=True, slots=True)
class User:
    """One key of a Panel, and what was asked with it."""

    name: str
    limit: int
    wire: Counted


class Stage:
    """The world of one campaign, and the pool."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.clock = SteadyClock(NOON)
        self.world = SimulatedWorld.build(
            self.clock, servers=campaign.servers, mix=MIX, seed=campaign.seed, chatter=0.0
        )
        self.witness = Witness()
        self.users: list[User] = []
        self.numbers: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self._naps_until = -inf
        for server in self.world.servers():
            server.meter.period = campaign.reading_every

    async def run(self) -> Report:
        """The whole campaign: all up, faults, quiet, all up again."""
        async with AsyncExitStack() as stack:
            network = await stack.enter_async_context(in_memory(self.world, self.clock))
            panels = [await self._panel(panel, network, stack) for panel in self.world.panels]
            self.pool = Pool(
                panels, clock=self.clock, chance=Random(self.campaign.seed), limit=self.campaign.limit
            )
            async with anyio.create_task_group() as group:
                group.start_soon(self.pool.run)
                group.start_soon(self._listen)
                await self._come_up()
                await self._go_wrong()
                back_after = await self._stay_quiet()
                missing = self._missing()
                group.cancel_scope.cancel()
        return self._report(back_after, missing)

    async def _panel(self, panel: Panel, network: MemoryNetwork, stack: AsyncExitStack) -> PanelAccess:
        """A Panel that is asked with the keys of two users."""
        inventory = panel.inventory
        name = inventory.kind.name
        second = inventory.add_user("second", everywhere=SUBUSER_MAY)
        keys = (Secret(inventory.automaton.key), Secret(second.key))
        account = PanelEndpoint(name=name, url=inventory.url, keys=keys)
        clients: list[PanelClient] = []
        for number, key in enumerate(keys, 1):
            wire = Counted(network.transport(), self.clock)
            client = PanelClient(account, key, clock=self.clock, tls=TLS, transport=wire)
            stack.push_async_callback(client.aclose)
            clients.append(client)
            self.users.append(User(f"{name} {number}", inventory.kind.client_limit, wire))
        options = ConnectOptions(
            origin=account.sent_origin,
            tls=TLS,
            allow_plain=True,
            transport=lambda _tls, _proxy: network.transport(),
        )
        return PanelAccess(name=name, apis=clients, options=options)

    async def _listen(self) -> None:
        while True:
            self.witness.take(await self.pool.take())
            if (nap := self._naps_until - self.clock.now().mono) > 0:
                await anyio.sleep(nap)

    async def _go_wrong(self) -> None:
        world, campaign = self.world, self.campaign
        whom = Targets(
            servers=[server.build.uuid for server in world.servers()],
            nodes=[node.name for node in world.nodes],
            panels=[panel.inventory.kind.name for panel in world.panels],
        )
        deeds = plan(campaign.seed, whom, campaign.seconds, faults=campaign.faults, numbers=campaign.numbers)
        began = self.clock.now().mono
        for deed in deeds:
            await anyio.sleep(max(0.0, began + deed.at - self.clock.now().mono))
            self._do(deed)

    def _do(self, deed: Deed) -> None:
        if deed.name == TALLY:
            server = self.world.server(str(deed.given["server"]))
            if server.container is not None and server.container.alive:
                self.numbers[server.build.uuid] += 1
                server.container.print(numbered(self.numbers[server.build.uuid]))
            return
        if deed.name == NAP:
            self.done[NAP] += 1
            self._naps_until = self.clock.now().mono + float(str(deed.given["seconds"]))
            return
        try:
            cause(self.world, deed.name, deed.given)
        except FaultError:  # such as the crash of a server that does not run
            self.done["in vain"] += 1
        else:
            self.done[deed.name] += 1

    async def _come_up(self) -> None:
        while self._missing():  # noqa: ASYNC110 - links tell nobody here that they are up
            await anyio.sleep(1.0)

    async def _stay_quiet(self) -> float:
        """Lets the quiet pass; the seconds after which no link was missing any more."""
        began = self.clock.now().mono
        back_after = 0.0
        while (passed := self.clock.now().mono - began) < self.campaign.quiet:
            if self._missing():
                back_after = passed
            await anyio.sleep(LOOKED_EVERY)
        return back_after

    def _missing(self) -> list[LinkStatus | str]:
        """The links that are not up, and the servers that have none."""
        statuses = self.pool.status()
        known = {status.server for status in statuses}
        unknown = [one.build.uuid for one in self.world.servers() if one.build.uuid not in known]
        return [*(status for status in statuses if status.state != "live"), *unknown]

    def _report(self, back_after: float, missing: Sequence[LinkStatus | str]) -> Report:
        states = self.world.log.entries("state")
        most_tokens = max(most_within(moments) for moments in self._token_requests().values())
        most_calls = {user.name: (most_within(user.wire.calls), user.limit) for user in self.users}
        complaints = self.witness.complaints(states)
        complaints += [f"not up at the end: {status}" for status in missing]
        for server in self.world.servers():
            if (believed := self.witness.believes(server.build.uuid)) != server.state.value:
                complaints.append(f"{server.build.name} is {server.state} and was told to be {believed}")
        if most_tokens > 4:
            complaints.append(f"a server had {most_tokens} token requests within a minute")
        for name, (most, limit) in most_calls.items():
            if most > limit:
                complaints.append(f"{name} made {most} requests within a minute, of {limit}")
        return Report(
            seed=self.campaign.seed,
            deeds=self.done,
            events=self.witness.counts,
            printed=self.numbers.total(),
            changes=len(states),
            most_tokens=most_tokens,
            most_calls=most_calls,
            back_after=back_after,
            complaints=tuple(complaints),
        )

    def _token_requests(self) -> dict[str, list[float]]:
        """Of each server, whichever of the users asked."""
        found: defaultdict[str, list[float]] = defaultdict(list)
        for user in self.users:
            for server, moments in user.wire.tokens.items():
                found[server] += moments
        return found


def most_within(moments: Sequence[float], seconds: float = MINUTE) -> int:
    """The most of them that lie within any such span."""
    most, first, ordered = 0, 0, sorted(moments)
    for last, moment in enumerate(ordered):
        while moment - ordered[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


async def waged(campaign: Campaign) -> Report:
    """Wages one campaign. To be run on a virtual clock."""
    return await Stage(campaign).run()
