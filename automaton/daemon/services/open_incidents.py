"""The incidents that are open, as rows: in portions, for in an outage there are thousands.

The engine turns between two portions, so what ended meanwhile is left out.
"""

from __future__ import annotations

from collections.abc import Iterable

import anyio.lowlevel

from automaton.core.targets.rule_state import RuleState
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.status_rows import NameOf, incident_row
from automaton.pace.clock import Clock
from automaton.web.routes.incidents import IncidentRow

PORTION = 40  # rows made in one go: some two milliseconds, for the gates are asked for each


class OpenIncidents:
    """Makes rows of them."""

    def __init__(self, inspector: Inspector, name_of: NameOf, clock: Clock) -> None:
        self._inspector = inspector
        self._name_of = name_of
        self._clock = clock

    async def rows(self, states: Iterable[RuleState] | None = None) -> list[IncidentRow]:
        """All of them, or those among these; the oldest first, with what keeps their actions back."""
        found, wanted = [], list(self._inspector.open() if states is None else states)
        await anyio.lowlevel.checkpoint()  # to find them took a millisecond too
        for number, state in enumerate(wanted, 1):
            if state.incident is not None:
                found.append(self._row(state))
            if number % PORTION == 0:
                await anyio.lowlevel.checkpoint()
        return sorted(found, key=lambda row: -row.open_for)

    def _row(self, state: RuleState) -> IncidentRow:
        now, look = self._clock.now(), self._inspector
        return incident_row(state, look.own_run(state, now), self._name_of, now, look.holds(state, now))
