"""What delivery asks about servers and incidents, answered by the engine and the pool."""

from __future__ import annotations

from collections.abc import Callable

from automaton.core.key import By, Key
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.services.inspector import Inspector
from automaton.delivery.notification import is_incident
from automaton.delivery.surroundings import IncidentStatus, ServerLabel


class MessageLabels:
    """The ServerLabels of delivery. `panel_of` gives the name of a server's Panel, "" for none."""

    def __init__(
        self,
        active: ActiveConfiguration,
        inspector: Inspector,
        name_of: Callable[[str], str],
        panel_of: Callable[[str], str],
    ) -> None:
        self._active = active
        self._inspector = inspector
        self._name_of = name_of
        self._panel_of = panel_of

    def find(self, server: str) -> ServerLabel:
        """Name, node and page of a server, a node or the fleet."""
        facts = self._inspector.facts_of(server)
        if facts is None:
            return ServerLabel(self._name_of(server))
        profile = facts.profile
        if Key.read(server).by is not By.SERVER:
            return ServerLabel(profile.name, profile.node)
        panel = self._active.settings.panels.get(self._panel_of(server))
        url = f"{panel.url.rstrip('/')}/server/{profile.id}" if panel is not None else ""
        return ServerLabel(self._name_of(server), profile.node, url)


class MessageIncidents:
    """The Incidents of delivery."""

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector

    def status(self, ref: str) -> IncidentStatus:
        """How an incident stands. After a start, that of a server that is not listed yet is still open."""
        rule, _, rest = ref.partition("/")
        key, _, number = rest.rpartition("/")
        found = self._inspector.numbered(rule, key, int(number)) if is_incident(ref) else None
        if found is not None and found.incident is not None:
            return IncidentStatus(is_open=True, is_acked=found.incident.acked)
        is_awaited = self._inspector.is_awaited(key)
        return IncidentStatus(is_open=is_awaited, is_awaited=is_awaited)
