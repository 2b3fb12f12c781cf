"""From settings to links: the clients of each Panel and each node, and the pool of links over them."""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from automaton.configuration.load import Configuration
from automaton.pace.bounded_transport import Transport
from automaton.pace.clock import Clock
from automaton.pace.trust import tls_context
from automaton.panel.client import PanelClient
from automaton.panel.endpoint import PanelEndpoint
from automaton.panel.request_pace import RequestPace
from automaton.settings.model import Settings
from automaton.settings.panels import NodeSettings, PanelSettings
from automaton.wings.event_router import TakesEvents
from automaton.wings.link_opening import ConnectOptions
from automaton.wings.node_client import NodeClient
from automaton.wings.panel_links import PanelAccess
from automaton.wings.pool import Pool

UNVERIFIED = (
    "certificates are not looked at: whoever is on the way can take the key; name your authority in `ca`"
)

Network = Callable[[ssl.SSLContext], Transport]


class Connections:
    """All Panels' clients and the pool of links.

    `network` gives them other transports than sockets; `queues` is as for the pool.
    """

    def __init__(
        self, configuration: Configuration, clock: Clock, chance: Random, network: Network | None = None,
        queues: TakesEvents | None = None,
    ) -> None:  # fmt: skip
        self._clients: list[tuple[str, PanelClient | NodeClient]] = []
        self._nodes: dict[str, NodeClient] = {}
        self._clock = clock
        self._network = network
        settings = configuration.settings
        houses = [self._house(name, panel, configuration) for name, panel in settings.panels.items()]
        houses += [self._node(str(name), node, configuration) for name, node in settings.nodes.items()]
        self.houses = houses
        self.pool = Pool(houses, clock=clock, chance=chance, queues=queues)

    def choose(self, configuration: Configuration) -> None:
        """After a reload: which servers are watched, and a node's eggs. Links of those that stay stay up."""
        settings = configuration.settings
        for name, node in settings.nodes.items():
            self._nodes[str(name)].egg_of = node.egg_of
        houses = (*settings.panels, *settings.nodes)
        self.pool.watch((str(name), configuration.watches(name)) for name in houses)

    def answers(self) -> dict[str, Counter[str]]:
        """How requests ended since the start, of each Panel and node by its name, all its keys together."""
        found: dict[str, Counter[str]] = {}
        for name, client in self._clients:
            found.setdefault(name, Counter()).update(client.answers.by_kind)
        return found

    def paces(self) -> dict[tuple[str, int], RequestPace]:
        """How fast each account asks, by its Panel and its place among that Panel's keys.

        The same place is that of its status in `PanelStatus.accounts`.
        """
        found: dict[tuple[str, int], RequestPace] = {}
        for name, client in self._clients:
            if isinstance(client, PanelClient):
                found[name, sum(panel == name for panel, _ in found)] = client.pace
        return found

    async def aclose(self) -> None:
        """Closes the clients. The links must have ended."""
        for _, client in self._clients:
            await client.aclose()

    def _house(self, name: str, panel: PanelSettings, configuration: Configuration) -> PanelAccess:
        account = PanelEndpoint(
            name=str(name),
            url=panel.url,
            keys=tuple(panel.keys),
            refresh=panel.refresh,
            origin=panel.origin or "",
            allow_plain=panel.allow_plain,
            proxy=panel.proxy,
        )
        tls = tls_context(panel.ca, insecure_skip_verify=panel.insecure_skip_verify)
        clients = [
            PanelClient(
                account,
                key,
                clock=self._clock,
                tls=tls,
                transport=self._network(tls) if self._network else None,
            )
            for key in account.keys
        ]
        self._clients += ((account.name, client) for client in clients)
        return PanelAccess(
            name=account.name,
            apis=clients,
            options=self._door(
                ConnectOptions(
                    origin=account.sent_origin,
                    tls=tls,
                    allow_plain=account.plain_sockets,
                    proxy=account.proxy,
                )
            ),
            watches=configuration.watches(name),
            refresh=account.refresh,
        )

    def _node(self, name: str, node: NodeSettings, configuration: Configuration) -> PanelAccess:
        config = configuration.nodes[name]
        tls = tls_context(node.ca, insecure_skip_verify=node.insecure_skip_verify)
        client = NodeClient(
            name,
            config,
            clock=self._clock,
            tls=tls,
            egg_of=node.egg_of,
            transport=self._network(tls) if self._network else None,
        )
        self._clients.append((name, client))
        self._nodes[name] = client
        plain = config.address.startswith("http://")
        return PanelAccess(
            name=name,
            apis=[client],
            options=self._door(
                ConnectOptions(origin=config.remote, tls=tls, allow_plain=plain, without_panel=True)
            ),
            refresh=node.refresh,
        )

    def _door(self, door: ConnectOptions) -> ConnectOptions:
        network = self._network
        return replace(door, transport=lambda tls, _proxy: network(tls)) if network else door


def same_panels(before: Settings, after: Settings) -> bool:
    """Whether a reload may take these settings: another Panel, key or node needs a restart."""
    return _of_links(before) == _of_links(after)


def _of_links(settings: Settings) -> Sequence[tuple[object, ...]]:
    houses: list[tuple[str, PanelSettings | NodeSettings]] = [
        *settings.panels.items(),
        *settings.nodes.items(),
    ]
    return [(str(name), type(house), house.model_dump(exclude={"servers"})) for name, house in houses]


def unverified(settings: Settings) -> list[str]:
    """The Panels and nodes whose certificates are not looked at."""
    panels = [str(name) for name, panel in settings.panels.items() if panel.insecure_skip_verify]
    return panels + [str(name) for name, node in settings.nodes.items() if node.insecure_skip_verify]
