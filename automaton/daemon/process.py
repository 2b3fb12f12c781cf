"""What one process has once, however many engines it turns: the files in force, the links, the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from automaton.core.calls import QueryPort
from automaton.daemon.ack_key import AckKey
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.addresses import Addresses
from automaton.daemon.connections import Connections
from automaton.daemon.programs import Programs
from automaton.daemon.server_names import ServerNames
from automaton.delivery.sender import Sender
from automaton.pace.clock import Clock
from automaton.schema.selector import NO_GROUPS, ServerSelector
from automaton.wings.server_actions import ServerActions


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """Everything that engines share; each is given what it uses. The daemon's is built in `daemon/app.py`."""

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
    ack_key: AckKey

    def name_of(self, key: str) -> str:
        """A server's name, for people; with its id where others bear it too."""
        return self.names.of(key)

    def status_groups(self) -> Mapping[str, ServerSelector]:
        """The groups of the public status page."""
        status = self.active.settings.web.status
        return status.groups if status is not None else NO_GROUPS
