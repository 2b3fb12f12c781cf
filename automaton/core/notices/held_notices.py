"""Notices that a silence or a mute holds, until nothing holds them any more.

They are sent then if their incident is still open; an incident that is over by then needs no notice.
"""

from __future__ import annotations

from collections.abc import Sequence

from automaton.core.arm import Arm
from automaton.core.calls import SendMessage
from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.held import Held
from automaton.core.gates.pipeline import CallFacts, before_call
from automaton.core.moment import Moment
from automaton.core.rules.incident import Incident
from automaton.core.targets.rule_state import RuleState

KEEPING = frozenset({Verdict.SILENCED, Verdict.MUTED})
"""The verdicts under which a notice is kept here: others refuse it, or let its run wait."""


class HeldNotices:
    """An incident keeps its own notices; `keeping` are the rule states whose incident has any."""

    def __init__(self, gates: GateState, log: DecisionCollector) -> None:
        self._gates = gates
        self._log = log
        self.keeping: dict[RuleState, None] = {}

    def keep(self, rule_state: RuleState, incident: Incident, call: SendMessage) -> None:
        """Keeps a notice for its incident, unless that is over by now."""
        if rule_state.incident is incident:
            incident.keep_back(call)
            rule_state.mark_changed()
            self.keeping[rule_state] = None

    def remember(self, rule_state: RuleState) -> bool:
        """Takes in a restored state. True if its incident has held notices."""
        keeps = rule_state.incident is not None and bool(rule_state.incident.kept_back)
        if keeps:
            self.keeping[rule_state] = None
        return keeps

    def release(self, now: Moment) -> None:
        """Sends the notices that nothing holds any more."""
        for rule_state in list(self.keeping):
            incident = rule_state.incident
            if incident is None or not incident.kept_back:
                del self.keeping[rule_state]
            elif not self._is_held(rule_state, incident.kept_back, now):
                del self.keeping[rule_state]
                self._send(rule_state, incident, incident.take_kept_back(), now)

    def _send(
        self, rule_state: RuleState, incident: Incident, notices: Sequence[SendMessage], now: Moment
    ) -> None:
        """A rule that is in shadow by now sends nothing, not even what was kept while it was live."""
        rule_state.mark_changed()
        is_live = self._gates.arm(rule_state.rule) is Arm.LIVE
        incident.tell([notice.channel for notice in notices], live=is_live)
        if is_live:
            self._log.ask(rule_state, notices, now, "what was held is told")
        else:
            self._log.tell(rule_state, Verdict.SHADOW, now, held=notices)

    def _is_held(self, rule_state: RuleState, notices: Sequence[SendMessage], now: Moment) -> bool:
        # One speaks for all: what holds a notice depends on its rule and key, not on its words.
        held = held_as_message(self._gates, rule_state, notices[0], now)
        return held is not None and held.verdict in KEEPING


def held_as_message(gates: GateState, rule_state: RuleState, call: SendMessage, now: Moment) -> Held | None:
    """What would hold this message of a live rule now."""
    facts = CallFacts(
        now=now, gates=gates, server=rule_state.server.facts, arm=Arm.LIVE,
        target=rule_state.target, muted_until=rule_state.muted_until,
    )  # fmt: skip
    return before_call(rule_state.rule, rule_state.key_of, facts, call)
