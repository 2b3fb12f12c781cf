"""Incidents that are open, and people who take note of them."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from starlette.routing import Route

from automaton.core.events import Acknowledged, Event
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.person_acts import PersonActs
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.open_incidents import OpenIncidents
from automaton.daemon.services.status_rows import NameOf
from automaton.pace.clock import Clock
from automaton.web.routes import incidents
from automaton.web.routes.incidents import IncidentList, Noted, NoteWanted


class IncidentsService:
    """`put` queues an event: the engine alone changes its state. Who acknowledged stands in the log."""

    def __init__(
        self,
        active: ActiveConfiguration,
        inspector: Inspector,
        put: Callable[[Event], None],
        name_of: NameOf,
        clock: Clock,
        acts: PersonActs,
    ) -> None:
        self._acts = acts
        self._active = active
        self._inspector = inspector
        self._put = put
        self._name_of = name_of
        self._clock = clock
        self._open = OpenIncidents(inspector, name_of, clock)
        self._log = structlog.get_logger()

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return incidents.routes(self)

    async def incidents(self) -> IncidentList:
        """All that are open, the oldest first. It may yield to the engine."""
        return IncidentList(await self._open.rows())

    async def acknowledge(self, rule: str, key: str, who: str) -> IncidentList | None:
        """Tells the engine that somebody takes note; gives the incidents that are meant.

        None for an unknown rule.
        """
        if self._active.rule(rule) is None:
            return None
        meant = [one for one in self._inspector.under(rule, key) if one.incident is not None]
        found = IncidentList(await self._open.rows(meant))  # as they were: the answer says who came first
        now = self._clock.now()
        for one in meant:
            self._put(Acknowledged(server="", at=now, rule=rule, key=one.key, by=who))
            self._log.info("operator.ack", rule=rule, server=self._name_of(one.key), by=who)
        return found

    def note(self, wanted: NoteWanted, who: str) -> Noted | None:
        """Writes a person's note into the trail; None where nothing can be written down now."""
        if self._inspector.no_journal():
            return None
        at = self._acts.tell(
            "operator.note", "a note", who, rule=wanted.rule, key=wanted.key, note=wanted.text.strip()
        )
        return Noted(at) if at is not None else None
