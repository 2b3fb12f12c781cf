"""How many keys a rule with a list in `by` may have: players come and go, and nothing grows for ever."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from itertools import islice

from automaton.core.targets.rule_state import RuleState

MOST = 10_000  # rule-language 3, `by`


LOOKS_AT = 20  # how many of the longest unused are looked at for one that is idle


class KeyLimit:
    """By rule, the longest unused first."""

    def __init__(self) -> None:
        self._used: defaultdict[str, OrderedDict[RuleState, None]] = defaultdict(OrderedDict)

    def note(self, rule_state: RuleState) -> None:
        """The key was used now."""
        if rule_state.key_of.more:
            used = self._used[rule_state.rule.id]
            used[rule_state] = None
            used.move_to_end(rule_state)

    def make_room(self, new: RuleState, mono: float) -> RuleState | None:
        """Takes in a key more, and names the one that must go for it.

        The longest idle, where one is found soon; else the longest unused, though it is busy: a stranger
        who invents names must fill no memory.
        """
        self.note(new)
        used = self._used.get(new.rule.id)
        if used is None or len(used) <= MOST:
            return None
        oldest = list(islice(used, LOOKS_AT))
        idle = [one for one in oldest if one.is_idle]
        free = [one for one in idle if one.cooling_until <= mono and not one.runs.is_tripped(mono)]
        return next(iter((*free, *idle)), oldest[0])

    def forget(self, rule_state: RuleState) -> None:
        if rule_state.key_of.more:
            self._used[rule_state.rule.id].pop(rule_state, None)
