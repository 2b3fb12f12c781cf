"""Notices that a silence or a mute keeps back, until nothing holds them any more.

They are sent then if their incident is still open; what is over by then nobody needs to hear.
"""

from __future__ import annotations

from collections.abc import Sequence

from automaton.core.calls import SendMessage
from automaton.core.decision import Verdict
from automaton.core.decision_log import DecisionLog
from automaton.core.gates.gates import Gates
from automaton.core.gates.held import Held
from automaton.core.gates.pipeline import CallFacts, before_call
from automaton.core.moment import Moment
from automaton.core.rules.incident import Incident
from automaton.core.rules.rule import Arm
from automaton.core.targets.rule_state import RuleState

KEEPING = frozenset({Verdict.SILENCED, Verdict.MUTED})
"""The gates that keep a notice back: others refuse it, or let it wait elsewhere."""


class HeldNotices:
    """The notices themselves are kept by their incident; `keeping` are the rule states that have any."""

    def __init__(self, gates: Gates, log: DecisionLog) -> None:
        self._gates = gates
        self._log = log
        self.keeping: dict[RuleState, None] = {}

    def keep(self, rule_state: RuleState, incident: Incident, call: SendMessage) -> None:
        """An incident that is over by now keeps nothing."""
        if rule_state.incident is incident:
            incident.keep_back(call)
            self.keeping[rule_state] = None

    def remember(self, rule_state: RuleState) -> bool:
        """One of an earlier engine. True if it keeps some."""
        keeps = rule_state.incident is not None and bool(rule_state.incident.kept_back)
        if keeps:
            self.keeping[rule_state] = None
        return keeps

    def release(self, now: Moment) -> None:
        """Sends those that nothing holds any more."""
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
        is_live = self._gates.arm(rule_state.rule) is Arm.LIVE
        incident.tell([notice.channel for notice in notices], live=is_live)
        if is_live:
            self._log.ask(rule_state, notices, now, "what was held is told")
        else:
            self._log.tell(rule_state, Verdict.SHADOW, now, held=notices)

    def _is_held(self, rule_state: RuleState, notices: Sequence[SendMessage], now: Moment) -> bool:
        held = held_as_message(self._gates, rule_state, notices[0], now)
        return held is not None and held.verdict in KEEPING


def held_as_message(gates: Gates, rule_state: RuleState, call: SendMessage, now: Moment) -> Held | None:
    """What would hold this message of a live rule now."""
    facts = CallFacts(
        mono=now.mono, gates=gates, server=rule_state.server.facts, arm=Arm.LIVE,
        target=rule_state.target, muted_until=rule_state.muted_until,
    )  # fmt: skip
    return before_call(rule_state.rule, rule_state.key_of, facts, call)
