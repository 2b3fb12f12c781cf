"""Tells the end of an incident to the channels that were told of its opening.

Only where the rule has no words of its own for it (`on_clear`). A mute does not hold an end, a silence does.
"""

from __future__ import annotations

from dataclasses import dataclass

from automaton.core.arm import Arm
from automaton.core.calls import SendResolved, Severity
from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.events import Profile
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.pipeline import CallFacts, before_call
from automaton.core.moment import Moment
from automaton.core.rules.incident import Incident
from automaton.core.rules.rule import Rule
from automaton.core.span import span
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.target import Target

OVER_AFTER, CLOSED_AFTER = "over after", "closed after"


def says_how_long(text: str, rule: str) -> bool:
    """Whether a text is an end in our words, in which it stands how long the incident was open."""
    return any(f"{rule} is {words} " in text for words in (OVER_AFTER, CLOSED_AFTER))


@dataclass(frozen=True, slots=True)
class LeftIncident:
    """An incident that an earlier process left open, and whose rule is gone. `key` is its text."""

    rule: str
    key: str
    target: Target
    incident: Incident


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

    def tell_left(self, left: LeftIncident, now: Moment) -> None:
        """Tells the end of an incident whose rule was removed while automaton was away.

        Of the rule nothing but its id is known: a silence and `limits.arm` alone can hold it.
        """
        profile, incident = left.target.server.facts.profile, left.incident
        told = incident.told - incident.told_late if self._gates.limits.arm is Arm.LIVE else ()
        ends = [
            _end_of(incident, left.rule, Severity.WARNING, profile, channel, Verdict.WITHDRAWN, now)
            for channel in sorted(told)
        ]
        names = (*left.target.names, left.key)
        is_silenced = self._gates.silences.find(left.rule, names, now.mono, left.target.groups) is not None
        self._log.tell_left(left.rule, left.key, now, ends=ends, is_silenced=is_silenced)


def _resolved(
    channel: str, rule_state: RuleState, incident: Incident, verdict: Verdict, now: Moment
) -> SendResolved:
    rule, profile = rule_state.rule, rule_state.server.facts.profile
    return _end_of(incident, rule.id, rule.severity, profile, channel, verdict, now)


def _end_of(
    incident: Incident, rule: str, severity: Severity, profile: Profile, channel: str, verdict: Verdict,
    now: Moment,
) -> SendResolved:  # fmt: skip
    lasted = span((incident.cleared or now) - incident.opened)
    is_clear = verdict is Verdict.CLEARED
    how = f"{OVER_AFTER} {lasted}" if is_clear else f"{CLOSED_AFTER} {lasted}: {verdict.sentence}"
    return SendResolved(
        server=profile.uuid, channel=channel, text=f"{profile.name}: {rule} is {how}",
        severity=severity, rule=rule, ref=f"{rule}/{profile.uuid}/{incident.number}",
    )  # fmt: skip
