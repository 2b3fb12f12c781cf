"""All services as the two objects that web/ takes today, until each of its routes takes a port of its own."""

from __future__ import annotations

from automaton.daemon.reload import Reload
from automaton.daemon.services.breakers import BreakersService
from automaton.daemon.services.incidents import IncidentsService
from automaton.daemon.services.rules import RulesService
from automaton.daemon.services.servers import ServersService
from automaton.daemon.services.silences import SilencesService
from automaton.daemon.services.status import StatusService


class ControlServices:
    """The control API's Hand."""

    def __init__(self, status: StatusService, servers: ServersService, reload: Reload) -> None:
        self.status = status.status
        self.servers = servers.servers
        self.knows = servers.knows
        self.command = servers.command
        self.power = servers.power
        self.console = servers.console
        self.reload = reload.reload


class RuleServices:
    """The control API's Desk."""

    def __init__(
        self,
        rules: RulesService,
        incidents: IncidentsService,
        silences: SilencesService,
        breakers: BreakersService,
    ) -> None:
        self.rules = rules.rules
        self.explain = rules.explain
        self.incidents = incidents.incidents
        self.acknowledge = incidents.acknowledge
        self.silences = silences.silences
        self.silence = silences.silence
        self.end_silence = silences.end_silence
        self.breakers = breakers.breakers
        self.reset_breaker = breakers.reset_breaker
