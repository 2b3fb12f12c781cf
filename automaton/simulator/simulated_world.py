"""Everything simulated, in one place: a Panel, nodes, servers, users, one schedule, one seed.

    world = SimulatedWorld.build(clock, servers=3, seed=1)
    world.key, world.panel_url, world.nodes[0].url
    world.server("lobby").suspend()

Its clock is read whenever something arrives; `clock_driver.py` waits for its deadlines.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from uuid import UUID

from automaton.pace.clock import Clock
from automaton.simulator.event_log import EventLog
from automaton.simulator.games.eggs import PAPER, VALHEIM
from automaton.simulator.panel.accounts import User
from automaton.simulator.panel.inventory import Inventory
from automaton.simulator.panel.panel import Panel
from automaton.simulator.panel.panel_kind import PTERODACTYL_1_12, PanelKind
from automaton.simulator.panel.token_issue import LIFETIME
from automaton.simulator.timer_schedule import TimerSchedule
from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.generation import G12_2, Generation
from automaton.simulator.wings.node import Node
from automaton.simulator.wings.server_build import ServerBuild

NAMES = (
    "lobby", "survival", "creative", "skyblock", "valheim", "minigames", "factions", "event", "build", "test",
)  # fmt: skip


class SimulatedWorld:
    """Panels with their nodes and servers, mostly one Panel.

    `panel_url` and each node's `url` say where they are reached. `panel`, `users` and `key` are those of the
    first Panel; `panels` has them all.
    """

    def __init__(self, clock: Clock, seed: int, kind: PanelKind = PTERODACTYL_1_12) -> None:
        self._clock = clock
        self.chance = Random(seed)
        self.schedule = TimerSchedule(clock.now())
        self.log = EventLog()
        self.panels: list[Panel] = []
        self.nodes: list[Node] = []
        self.add_panel(kind)

    def add_panel(self, kind: PanelKind) -> Panel:
        """Adds a Panel with an owner and a subuser. Its address is under `.test` until it is served."""
        number = len(self.panels) + 1
        inventory = Inventory(
            kind=kind,
            url="http://panel.test" if number == 1 else f"http://panel-{number}.test",
            schedule=self.schedule,
            chance=self.chance,
            log=self.log,
            catch_up=self.catch_up,
        )
        self.panels.append(Panel(inventory))
        return self.panels[-1]

    @classmethod
    def build(
        cls,
        clock: Clock,
        *,
        servers: int | Sequence[ServerBuild] = 3,
        nodes: int = 1,
        seed: int = 1,
        chatter: float = 0.2,
        running: bool = True,
        generation: Generation = G12_2,
        kind: PanelKind = PTERODACTYL_1_12,
        mix: Sequence[tuple[Generation, PanelKind]] = (),
        token_life: int = LIFETIME,
    ) -> SimulatedWorld:
        """A world of so many servers, or of these, spread over the nodes; `running` starts them at once.

        `mix` gives a node for each of its entries, and a Panel for each kind in it. `token_life` is how many
        seconds the Panels' tokens are good for.
        """
        places = list(mix) or [(generation, kind)] * nodes
        world = cls(clock, seed, places[0][1])
        for number, (its_generation, its_kind) in enumerate(places):
            known = [panel for panel in world.panels if panel.inventory.kind is its_kind]
            panel = known[0] if known else world.add_panel(its_kind)
            world.nodes.append(panel.inventory.add_node(f"node-{number + 1}", its_generation))
        for panel in world.panels:
            panel.inventory.token_life = token_life
        builds = (
            [world.usual_build(n, chatter) for n in range(servers)] if isinstance(servers, int) else servers
        )
        for number, build in enumerate(builds):
            server = world.nodes[number % len(places)].add(build)
            if running:
                server.power.request("start", "simulator", lambda _: None)
        return world

    def usual_build(self, number: int, chatter: float) -> ServerBuild:
        """The server of this number: Minecraft, but for one in ten, which reads no console."""
        round_, place = divmod(number, len(NAMES))
        name = NAMES[place] + (f"-{round_ + 1}" if round_ else "")
        egg = VALHEIM if NAMES[place] == "valheim" else PAPER
        uuid = str(UUID(int=self.chance.getrandbits(128), version=4))
        return ServerBuild(uuid=uuid, name=name, egg=egg, chatter=chatter)

    # The first Panel

    @property
    def panel(self) -> Panel:
        """The first Panel."""
        return self.panels[0]

    @property
    def panel_url(self) -> str:
        """Where the first Panel is reached."""
        return self.panel.inventory.url

    @property
    def users(self) -> dict[str, User]:
        """The first Panel's users by their client keys."""
        return self.panel.inventory.users

    @property
    def owner(self) -> User:
        """The user who owns all servers of the first Panel."""
        return self.panel.inventory.owner

    @property
    def automaton(self) -> User:
        """The subuser of the first Panel that is meant for automaton."""
        return self.panel.inventory.automaton

    @automaton.setter
    def automaton(self, user: User) -> None:
        self.panel.inventory.automaton = user

    @property
    def key(self) -> str:
        """The client key of that subuser."""
        return self.automaton.key

    def add_user(
        self,
        name: str,
        *,
        shares: dict[str, tuple[str, ...]] | None = None,
        everywhere: tuple[str, ...] | None = None,
    ) -> User:
        """An account of the first Panel, with a client key of its own."""
        return self.panel.inventory.add_user(name, shares=shares, everywhere=everywhere)

    # All Panels

    def servers(self) -> list[GameServer]:
        """All servers; one that is being moved counts where it comes from."""
        return [server for node in self.nodes for server in node.servers.values() if not server.arriving]

    def find(self, name: str) -> GameServer | None:
        """A server by its uuid, its short identifier or its name."""
        found = (panel.inventory.find(name) for panel in self.panels)
        return next((server for server in found if server is not None), None)

    def server(self, name: str) -> GameServer:
        """As `find`, for one that must be there."""
        server = self.find(name)
        if server is None:
            raise LookupError(f"no server `{name}` in this world")
        return server

    def panel_of(self, server: GameServer) -> Panel:
        """The Panel that lists this server."""
        return next(panel for panel in self.panels if server in panel.inventory.servers())

    def panel_at(self, node: Node) -> Panel:
        """The Panel that this node belongs to."""
        return next(panel for panel in self.panels if node in panel.inventory.nodes)

    def node_of(self, server: GameServer) -> Node:
        """The node on which the server is now."""
        return next(node for node in self.nodes if node.servers.get(server.build.uuid) is server)

    # Time

    def catch_up(self) -> None:
        """Does all that is due by now."""
        self.schedule.advance(self._clock.now())

    def next_deadline(self) -> float | None:
        """The `mono` at which something is due, None when nothing is."""
        return self.schedule.next_deadline()
