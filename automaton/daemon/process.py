"""What one process has once, however many engines it turns: the files in force, the links, the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random

from automaton.configuration.load import Configuration
from automaton.core.calls import QueryPort
from automaton.core.moment import Moment
from automaton.daemon.ack_key import AckKey, LinkKey
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.addresses import Addresses, addresses_of
from automaton.daemon.connections import Connections, Network
from automaton.daemon.logs.lease_log import LeaseLog
from automaton.daemon.programs import Programs, programs_of
from automaton.daemon.server_names import ServerNames
from automaton.delivery.apprise import AppriseSender
from automaton.delivery.sender import Sender
from automaton.pace.acting_lease import ActingLease
from automaton.pace.clock import Clock
from automaton.pace.trust import tls_context
from automaton.query.asking import GameQueries
from automaton.schema.selector import NO_GROUPS, ServerSelector
from automaton.wings.event_router import TakesEvents
from automaton.wings.pool import Pool
from automaton.wings.server_actions import ServerActions


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """Everything that engines share; each is given what it uses."""

    active: ActiveConfiguration
    clock: Clock
    chance: Random
    connections: Connections
    actions: ServerActions
    addresses: Addresses
    programs: Programs
    games: QueryPort
    sender: Sender
    names: ServerNames
    ack_key: LinkKey
    began: Moment

    def name_of(self, key: str) -> str:
        """A server's name, for people; with its id where others bear it too."""
        return self.names.of(key)

    def status_groups(self) -> Mapping[str, ServerSelector]:
        """The groups of the public status page."""
        status = self.active.settings.web.status
        return status.groups if status is not None else NO_GROUPS

    def choose(self, new: Configuration) -> None:
        """After a reload: which servers are watched, and what `http` and `exec` name."""
        self.addresses.named = addresses_of(new.settings)
        self.programs.named = programs_of(new.settings)
        self.connections.choose(new)


def process_of(
    active: ActiveConfiguration, clock: Clock, chance: Random, *,
    network: Network | None = None, sender: Sender | None = None, games: QueryPort | None = None,
    queues: TakesEvents | None = None, lease: Callable[[Pool], ActingLease] | None = None,
    ack_key: LinkKey | None = None,
) -> Process:  # fmt: skip
    """What this configuration says. `network`, `sender` and `games` stand for sockets, chat and games.

    Where servers are judged by shares, `queues` takes their events, and `lease` says how long this acts;
    `ack_key` is what all sign links with.
    """
    settings = active.settings
    connections = Connections(active.configuration, clock, chance, network, queues)
    pool = connections.pool
    names = ServerNames()
    transport = partial(network, tls_context()) if network else None
    return Process(
        active=active, clock=clock, chance=chance, connections=connections,
        actions=ServerActions(
            pool, clock, lease(pool) if lease is not None else None, LeaseLog(names.of).tell
        ),
        addresses=Addresses(addresses_of(settings), transport), programs=Programs(programs_of(settings)),
        games=games or GameQueries(clock), sender=sender or AppriseSender(), names=names,
        ack_key=ack_key or AckKey(settings.state), began=clock.now(),
    )  # fmt: skip
