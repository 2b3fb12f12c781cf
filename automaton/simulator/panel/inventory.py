"""What one Panel has in its database: users, nodes, and the servers on them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from string import ascii_letters, digits
from uuid import UUID

from automaton.simulator.event_log import EventLog
from automaton.simulator.panel.accounts import SUBUSER_MAY, User
from automaton.simulator.panel.panel_kind import PanelKind
from automaton.simulator.panel.token_issue import LIFETIME
from automaton.simulator.timer_schedule import TimerSchedule
from automaton.simulator.wings.config_sync import AskPanel, healthy_panel
from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.generation import G12_2, Generation
from automaton.simulator.wings.node import Node

ANY_DIGIT = ascii_letters + digits


class Inventory:
    """The users, nodes and servers of one Panel, with its address and its kind.

    `catch_up` does all that is due by now. `ask_panel` is how its nodes find it. `token_life` is in seconds.
    """

    def __init__(
        self,
        *,
        kind: PanelKind,
        url: str,
        schedule: TimerSchedule,
        chance: Random,
        log: EventLog,
        catch_up: Callable[[], None],
    ) -> None:
        self.kind = kind
        self.url = url
        self.schedule = schedule
        self.chance = chance
        self.log = log
        self.catch_up = catch_up
        self.token_life = LIFETIME
        self.ask_panel: AskPanel = healthy_panel
        self.nodes: list[Node] = []
        self.users: dict[str, User] = {}
        self.owner = self.add_user("owner", owner=True, admin=True)
        self.automaton = self.add_user("automaton", everywhere=SUBUSER_MAY)

    def add_node(self, name: str, generation: Generation = G12_2) -> Node:
        """Adds a node. Its address is its name under `.test` until it is served."""
        node = Node(
            name=name,
            uuid=str(UUID(int=self.chance.getrandbits(128), version=4)),
            token="".join(self.chance.choices(ANY_DIGIT, k=64)),
            remote=self.url,
            schedule=self.schedule,
            chance=Random(self.chance.getrandbits(64)),
            log=self.log,
            generation=generation,
            ask_panel=lambda: self.ask_panel(),
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
        """Adds an account with a client key of its own."""
        user = User(
            id=len(self.users) + 1,
            uuid=str(UUID(int=self.chance.getrandbits(128), version=4)),
            name=name,
            key=self.kind.key_prefix + "".join(self.chance.choices(ANY_DIGIT, k=43)),
            owner=owner,
            admin=admin,
            shares=shares or {},
            everywhere=everywhere,
        )
        self.users[user.key] = user
        return user

    def servers(self) -> list[GameServer]:
        """All servers; one that is being moved counts where it comes from."""
        return [server for node in self.nodes for server in node.servers.values() if not server.arriving]

    def find(self, name: str) -> GameServer | None:
        """A server by its uuid, its short identifier or its name."""
        for server in self.servers():
            if name in (server.build.uuid, server.build.identifier, server.build.name):
                return server
        return None

    def node_named(self, name: str) -> Node:
        """The node of this name, which must be there."""
        return next(node for node in self.nodes if node.name == name)

    def node_of(self, server: GameServer) -> Node:
        """The node on which the server is now."""
        return next(node for node in self.nodes if node.servers.get(server.build.uuid) is server)

    def revoke(self, user: User, servers: list[GameServer]) -> None:
        """Revokes a user's tokens for these servers, as for a changed password or an edited subuser.

        An old Panel tells its nodes the tokens, a newer one the user (protocol.md 2.7).
        """
        wall = self.schedule.now.wall
        for node in self.nodes:
            uuids = [server.build.uuid for server in servers if self.node_of(server) is node]
            if not uuids:
                continue
            if not self.kind.deauthorizes:
                node.denylist.deny([self.kind.digest(f"{user.id}{uuid}") for uuid in uuids], wall)
            elif node.generation.deauthorizes:
                node.deauthorize(*(("", []) if self.kind.wraps_deauthorize else (user.uuid, uuids)))
