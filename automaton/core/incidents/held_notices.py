"""Notices that a silence or a mute keeps back, until nothing holds them any more.

They are told then if their incident is still open; what is over by then nobody needs to hear.
"""

from __future__ import annotations

from automaton.core.calls import SendMessage
from automaton.core.decision import Verdict
from automaton.core.decision_log import DecisionLog
from automaton.core.gates.gates import Gates
from automaton.core.gates.inhibition import NOTIFY, Inhibition
from automaton.core.moment import Moment
from automaton.core.rules.incident import Incident
from automaton.core.rules.rule import Arm
from automaton.core.targets.rule_state import RuleState


class HeldNotices:
    """The notices themselves are kept by their incident; `keeping` are the standings that have any."""

    def __init__(self, holding: Inhibition, gates: Gates, log: DecisionLog) -> None:
        self._holding = holding
        self._gates = gates
        self._log = log
        self.keeping: dict[RuleState, None] = {}

    def keep(self, rule_state: RuleState, incident: Incident, call: SendMessage) -> None:
        """An incident that is over by now keeps nothing."""
        if rule_state.incident is incident:
            incident.kept_back.append(call)
            self.keeping[rule_state] = None

    def remember(self, rule_state: RuleState) -> bool:
        """A standing of an earlier engine. True if it keeps some."""
        keeps = rule_state.incident is not None and bool(rule_state.incident.kept_back)
        if keeps:
            self.keeping[rule_state] = None
        return keeps

    def release(self, now: Moment) -> None:
        """Tells those that nothing holds any more."""
        for rule_state in list(self.keeping):
            incident = rule_state.incident
            if incident is None or not incident.kept_back:
                del self.keeping[rule_state]
                continue
            if self._is_held(rule_state, now):
                continue
            del self.keeping[rule_state]
            kept = list(incident.kept_back)
            incident.kept_back.clear()
            self._tell(rule_state, incident, kept, now)

    def _tell(self, rule_state: RuleState, incident: Incident, kept: list[SendMessage], now: Moment) -> None:
        """A rule that is in shadow by now sends nothing, not even what was kept while it was live."""
        is_live = self._gates.arm(rule_state.rule) is Arm.LIVE
        (incident.told if is_live else incident.would_tell).update(call.channel for call in kept)
        if is_live:
            self._log.ask(rule_state, kept, now, "what was held is told")
        else:
            self._log.tell(rule_state, Verdict.SHADOW, now, held=kept)

    def _is_held(self, rule_state: RuleState, now: Moment) -> bool:
        holding = self._holding
        return (
            holding.silenced(rule_state, now.mono) is not None
            or holding.muted(rule_state, NOTIFY) is not None
        )
