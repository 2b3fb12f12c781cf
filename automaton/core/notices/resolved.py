"""Tells the end of an incident to the channels that were told of its opening.

Only where the rule has no words of its own for it (`on_clear`). A mute does not hold an end, a silence does.
"""

from __future__ import annotations

from automaton.core.calls import SendResolved
from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.pipeline import CallFacts, before_call
from automaton.core.moment import Moment
from automaton.core.rules.incident import Incident
from automaton.core.rules.rule import Arm, Rule
from automaton.core.span import span
from automaton.core.targets.rule_state import RuleState


class ResolvedNotices:
    """Sends ends that belong to no run: they are told whatever became of the incident's runs."""

    def __init__(self, gates: GateState, log: DecisionCollector) -> None:
        self._gates = gates
        self._log = log

    def told(self, rule: Rule, incident: Incident) -> frozenset[str]:
        """The channels that were told of the opening; in shadow also those that would have been."""
        is_live = self._gates.arm(rule) is Arm.LIVE
        return frozenset(incident.told if is_live else incident.told | incident.would_tell)

    def tell(self, rule_state: RuleState, incident: Incident, verdict: Verdict, now: Moment) -> None:
        """Tells the end to each channel that `on_clear` does not tell itself."""
        rule = rule_state.rule
        # `on_clear` runs only for what has cleared: a withdrawn incident is told here to all of them.
        says = rule.tells_end if verdict is Verdict.CLEARED else frozenset[str]()
        facts = CallFacts(
            now=now, gates=self._gates, server=rule_state.server.facts, arm=self._gates.arm(rule),
            target=rule_state.target, muted_until=rule_state.muted_until,
        )  # fmt: skip
        for channel in sorted(self.told(rule, incident) - incident.told_late - says):
            call = _resolved(channel, rule_state, incident, verdict, now)
            held = before_call(rule, rule_state.key_of, facts, call)
            if held is not None:
                self._log.tell(rule_state, held.verdict, now, held.detail, held=[call])
            else:
                self._log.ask(rule_state, [call], now)


def _resolved(
    channel: str, rule_state: RuleState, incident: Incident, verdict: Verdict, now: Moment
) -> SendResolved:
    rule, profile = rule_state.rule, rule_state.server.facts.profile
    lasted = span((incident.cleared or now) - incident.opened)
    is_clear = verdict is Verdict.CLEARED
    how = f"over after {lasted}" if is_clear else f"closed after {lasted}: {verdict.sentence}"
    return SendResolved(
        server=profile.uuid, channel=channel, text=f"{profile.name}: {rule.id} is {how}",
        severity=rule.severity, rule=rule.id, ref=f"{rule.id}/{profile.uuid}/{incident.number}",
    )  # fmt: skip
