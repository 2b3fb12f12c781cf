"""Notices that a silence or a mute keeps back, until nothing holds them any more.

They are told then if their incident is still open; what is over by then nobody needs to hear.
"""

from __future__ import annotations

from automaton.core.calls import SendMessage
from automaton.core.decision import Verdict
from automaton.core.gates import Gates
from automaton.core.holding import NOTIFY, Holding
from automaton.core.incident import Incident
from automaton.core.moment import Moment
from automaton.core.rule import Arm
from automaton.core.standing import Standing
from automaton.core.tally import Tally


class Notices:
    """The notices themselves are kept by their incident; `keeping` are the standings that have any."""

    def __init__(self, holding: Holding, gates: Gates, tally: Tally) -> None:
        self._holding = holding
        self._gates = gates
        self._tally = tally
        self.keeping: dict[Standing, None] = {}

    def keep(self, standing: Standing, incident: Incident, call: SendMessage) -> None:
        """An incident that is over by now keeps nothing."""
        if standing.incident is incident:
            incident.kept_back.append(call)
            self.keeping[standing] = None

    def remember(self, standing: Standing) -> bool:
        """A standing of an earlier engine. True if it keeps some."""
        keeps = standing.incident is not None and bool(standing.incident.kept_back)
        if keeps:
            self.keeping[standing] = None
        return keeps

    def release(self, now: Moment) -> None:
        """Tells those that nothing holds any more."""
        for standing in list(self.keeping):
            incident = standing.incident
            if incident is None or not incident.kept_back:
                del self.keeping[standing]
                continue
            if self._is_held(standing, now):
                continue
            del self.keeping[standing]
            kept = list(incident.kept_back)
            incident.kept_back.clear()
            self._tell(standing, incident, kept, now)

    def _tell(self, standing: Standing, incident: Incident, kept: list[SendMessage], now: Moment) -> None:
        """A rule that is in shadow by now sends nothing, not even what was kept while it was live."""
        is_live = self._gates.arm(standing.rule) is Arm.LIVE
        (incident.told if is_live else incident.would_tell).update(call.channel for call in kept)
        if is_live:
            self._tally.ask(standing, kept, now, "what was held is told")
        else:
            self._tally.tell(standing, Verdict.SHADOW, now, held=kept)

    def _is_held(self, standing: Standing, now: Moment) -> bool:
        holding = self._holding
        return holding.silenced(standing, now.mono) is not None or holding.muted(standing, NOTIFY) is not None
