"""Reports to the channel of `limits.report`: what was held, dropped or failed, and what a person held."""

from __future__ import annotations

from automaton.core.arm import Arm
from automaton.core.calls import SendMessage, Severity
from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.gates.gate_state import GateState
from automaton.core.key import By, Key
from automaton.core.moment import Moment
from automaton.core.targets.rule_state import RuleState

OF_ALL = "automaton/fleet"  # the `ref` of what belongs to no rule
REPORT_EVERY = 600.0  # the same rule, key and verdict are reported once in so many seconds


class Reports:
    """Reports on live rules only: a rule in shadow needs nobody's attention at night."""

    def __init__(self, gates: GateState, log: DecisionCollector) -> None:
        self._gates = gates
        self._log = log

    def tell(self, rule_state: RuleState, verdict: Verdict, detail: str, now: Moment) -> None:
        """Sends a report past all gates, for it may be about them; repeats are left out."""
        channel = self._gates.limits.report
        if channel is None or self._gates.arm(rule_state.rule) is not Arm.LIVE:
            return
        if not rule_state.may_report(verdict, now.mono, REPORT_EVERY):
            return
        profile, rule, told_as = rule_state.server.facts.profile, rule_state.rule, rule_state.told_as
        text = f"{profile.name}: rule {told_as}: {verdict.sentence}" + (f" ({detail})" if detail else "")
        call = SendMessage(
            server=profile.uuid, channel=channel, text=text, severity=Severity.WARNING, rule=rule.id,
            ref=f"{told_as}/{profile.uuid}",  # without values: one of digits would look like an incident
        )  # fmt: skip
        self._log.ask(rule_state, [call], now)

    def announce(self, what: str, why: str, now: Moment, severity: Severity = Severity.WARNING) -> None:
        """Reports what concerns the fleet and no rule. Never left out: nobody else says it."""
        channel = self._gates.limits.report
        if channel is None or self._gates.limits.arm is not Arm.LIVE:
            return
        text = f"{what}: {why}" if why else what
        call = SendMessage(
            server="", channel=channel, text=text, severity=severity, ref=OF_ALL,
        )  # fmt: skip
        self._log.tell_announcement(Key(By.FLEET).text, now, call)
