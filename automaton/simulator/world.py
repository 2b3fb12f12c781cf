"""Everything simulated, in one place: a Panel, nodes, servers, users, one schedule, one seed.

    world = World.build(clock, servers=3, seed=1)
    world.key, world.panel_url, world.nodes[0].url
    world.server("lobby").suspend()

Told the time by its clock, whenever something arrives. `drive.py` waits for its deadlines.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from string import ascii_letters, digits
from uuid import UUID

from automaton.pace.clock import Clock
from automaton.simulator.accounts import SUBUSER_MAY, User
from automaton.simulator.build import Build
from automaton.simulator.eggs import PAPER, VALHEIM
from automaton.simulator.generation import G12_2, Generation
from automaton.simulator.log import Log
from automaton.simulator.node import Node
from automaton.simulator.panel import CLIENT_LIMIT, Panel
from automaton.simulator.schedule import Schedule
from automaton.simulator.server import Server

NAMES = (
    "lobby", "survival", "creative", "skyblock", "valheim", "minigames", "factions", "event", "build", "test",
)  # fmt: skip
ANY_DIGIT = ascii_letters + digits


class World:
    """A fleet. `panel_url` and each node's `url` say where they are reached."""

    def __init__(self, clock: Clock, seed: int, client_limit: int = CLIENT_LIMIT) -> None:
        self._clock = clock
        self.chance = Random(seed)
        self.schedule = Schedule(clock.now())
        self.log = Log()
        self.panel_url = "http://panel.test"
        self.nodes: list[Node] = []
        self.users: dict[str, User] = {}
        self.panel = Panel(self, client_limit)
        self.owner = self.add_user("owner", owner=True, admin=True)
        self.automaton = self.add_user("automaton", everywhere=SUBUSER_MAY)

    @classmethod
    def build(
        cls,
        clock: Clock,
        *,
        servers: int | Sequence[Build] = 3,
        nodes: int = 1,
        seed: int = 1,
        chatter: float = 0.2,
        running: bool = True,
        generation: Generation = G12_2,
    ) -> World:
        """A world of so many servers, spread over the nodes; `running` starts them at once."""
        world = cls(clock, seed)
        for number in range(nodes):
            world.add_node(f"node-{number + 1}", generation)
        builds = [world.plan(n, chatter) for n in range(servers)] if isinstance(servers, int) else servers
        for number, build in enumerate(builds):
            server = world.nodes[number % nodes].add(build)
            if running:
                server.power.ask("start", "simulator", lambda _: None)
        return world

    def plan(self, number: int, chatter: float) -> Build:
        """A server of a kind that is usual; every fifth has no console to read."""
        round_, place = divmod(number, len(NAMES))
        name = NAMES[place] + (f"-{round_ + 1}" if round_ else "")
        egg = VALHEIM if NAMES[place] == "valheim" else PAPER
        uuid = str(UUID(int=self.chance.getrandbits(128), version=4))
        return Build(uuid=uuid, name=name, egg=egg, chatter=chatter)

    def add_node(self, name: str, generation: Generation = G12_2) -> Node:
        """A node. In memory it is reached by its name."""
        node = Node(
            name=name,
            uuid=str(UUID(int=self.chance.getrandbits(128), version=4)),
            token="".join(self.chance.choices(ANY_DIGIT, k=64)),
            remote=self.panel_url,
            schedule=self.schedule,
            chance=Random(self.chance.getrandbits(64)),
            log=self.log,
            generation=generation,
        )
        node.url = f"http://{name}.test:8080"
        self.nodes.append(node)
        return node

    def add_user(
        self,
        name: str,
        *,
        owner: bool = False,
        admin: bool = False,
        shares: dict[str, tuple[str, ...]] | None = None,
        everywhere: tuple[str, ...] | None = None,
    ) -> User:
        """An account with a client key of its own."""
        user = User(
            id=len(self.users) + 1,
            uuid=str(UUID(int=self.chance.getrandbits(128), version=4)),
            name=name,
            key="ptlc_" + "".join(self.chance.choices(ANY_DIGIT, k=43)),
            owner=owner,
            admin=admin,
            shares=shares or {},
            everywhere=everywhere,
        )
        self.users[user.key] = user
        return user

    # Finding

    @property
    def key(self) -> str:
        """The client key of the subuser that is meant for an automaton."""
        return self.automaton.key

    def servers(self) -> list[Server]:
        return [server for node in self.nodes for server in node.servers.values()]

    def find(self, name: str) -> Server | None:
        """A server by its uuid, its short identifier or its name."""
        for server in self.servers():
            if name in (server.build.uuid, server.build.identifier, server.build.name):
                return server
        return None

    def server(self, name: str) -> Server:
        """As `find`, for one that must be there."""
        server = self.find(name)
        if server is None:
            raise LookupError(f"no server `{name}` in this world")
        return server

    def node_of(self, server: Server) -> Node:
        return next(node for node in self.nodes if server.build.uuid in node.servers)

    # Time

    def catch_up(self) -> None:
        """Does all that is due by now."""
        self.schedule.advance(self._clock.now())

    def next_deadline(self) -> float | None:
        return self.schedule.next_deadline()
