"""What people and other rules hold back: silences, a rule's own `mute`, and `mutes` of open incidents.

Knows runs and standings; decides nothing about budgets, which are the gates'.
"""

from __future__ import annotations

from automaton.core.decision import Verdict
from automaton.core.gates import Held
from automaton.core.key import By
from automaton.core.silence import Silences
from automaton.core.standing import Standing

WIDTH = {By.SERVER: 0, By.NODE: 1, By.FLEET: 2}
NOTIFY, POWER = "notify", "power"


class Holding:
    """`muting` are the standings whose open incident mutes others, in the order of their opening."""

    def __init__(self) -> None:
        self.silences = Silences()
        self.muting: dict[Standing, None] = {}

    def silenced(self, standing: Standing, mono: float) -> Held | None:
        """Whether every action of this rule and key is held by a person, or by the rule itself."""
        if mono < standing.hushed_until:
            left = standing.hushed_until - mono
            return Held(Verdict.SILENCED, f"the rule's own `mute`, for {left:.0f} s more")
        names = (*standing.place.names, standing.key)
        silence = self.silences.find(standing.rule.id, names, mono)
        if silence is None:
            return None
        return Held(Verdict.SILENCED, f"silence {silence.id}" + (f": {silence.note}" if silence.note else ""))

    def muted(self, standing: Standing, action: str) -> Held | None:
        """Whether an open incident of another rule holds this action."""
        for other in self.muting:
            mutes = other.rule.mutes
            if mutes is not None and action in mutes.actions and _mutes(other, standing):
                return Held(Verdict.MUTED, f"while `{other.rule.id}` is open ({other.key})")
        return None


def _mutes(other: Standing, standing: Standing) -> bool:
    mutes, rule = other.rule.mutes, standing.rule
    if mutes is None or other is standing or other.rule.id == rule.id or not _is_under(standing, other):
        return False
    if mutes.everybody and WIDTH[rule.by] < WIDTH[other.rule.by]:
        return True
    return any(words.covers(rule.id) for words in mutes.rules)


def _is_under(standing: Standing, other: Standing) -> bool:
    """Whether the one's key lies under the other's."""
    if other.key_of.more and other.key_of.more != standing.key_of.more:
        return False
    match other.key_of.by:
        case By.SERVER:
            return standing.place is other.place
        case By.NODE if standing.server.facts.profile.node != other.key_of.of:
            return False
    crowd = other.place.crowds.get(other.rule.id)
    is_server = standing.key_of.by is By.SERVER
    return crowd is None or not is_server or standing.key_of.of in crowd.covered
