"""What people and other rules hold back: silences, a rule's own `mute`, and `mutes` of open incidents.

Knows runs and standings; decides nothing about budgets, which are the gates'.
"""

from __future__ import annotations

from automaton.core.decision import Verdict
from automaton.core.gates.gates import Held
from automaton.core.gates.silences import Silences
from automaton.core.key import By
from automaton.core.targets.rule_state import RuleState

WIDTH = {By.SERVER: 0, By.NODE: 1, By.FLEET: 2}
NOTIFY, POWER = "notify", "power"


class Inhibition:
    """`muting` are the standings whose open incident mutes others, in the order of their opening."""

    def __init__(self) -> None:
        self.silences = Silences()
        self.muting: dict[RuleState, None] = {}

    def silenced(self, rule_state: RuleState, mono: float) -> Held | None:
        """Whether every action of this rule and key is held by a person, or by the rule itself."""
        if mono < rule_state.hushed_until:
            left = rule_state.hushed_until - mono
            return Held(Verdict.SILENCED, f"the rule's own `mute`, for {left:.0f} s more")
        names = (*rule_state.target.names, rule_state.key)
        silence = self.silences.find(rule_state.rule.id, names, mono)
        if silence is None:
            return None
        return Held(Verdict.SILENCED, f"silence {silence.id}" + (f": {silence.note}" if silence.note else ""))

    def muted(self, rule_state: RuleState, action: str) -> Held | None:
        """Whether an open incident of another rule holds this action."""
        for other in self.muting:
            mutes = other.rule.mutes
            if mutes is not None and action in mutes.actions and _mutes(other, rule_state):
                return Held(Verdict.MUTED, f"while `{other.rule.id}` is open ({other.key})")
        return None


def _mutes(other: RuleState, rule_state: RuleState) -> bool:
    mutes, rule = other.rule.mutes, rule_state.rule
    if mutes is None or other is rule_state or other.rule.id == rule.id or not _is_under(rule_state, other):
        return False
    if mutes.everybody and WIDTH[rule.by] < WIDTH[other.rule.by]:
        return True
    return any(words.covers(rule.id) for words in mutes.rules)


def _is_under(rule_state: RuleState, other: RuleState) -> bool:
    """Whether the one's key lies under the other's."""
    if other.key_of.more and other.key_of.more != rule_state.key_of.more:
        return False
    match other.key_of.by:
        case By.SERVER:
            return rule_state.target is other.target
        case By.NODE if rule_state.server.facts.profile.node != other.key_of.of:
            return False
    aggregate = other.target.aggregates.get(other.rule.id)
    is_server = rule_state.key_of.by is By.SERVER
    return aggregate is None or not is_server or rule_state.key_of.of in aggregate.covered
