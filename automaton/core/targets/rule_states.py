"""The states of all rules, by target and key: made when they are first needed, forgotten when they are idle.

A rule with a list in `by` has a state for each of its values. Players come and go, and nothing grows for
ever: there is a most, and the longest unused makes room.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType

from automaton.core.moment import Moment
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.target import Target
from automaton.core.targets.targets import Targets

MOST = 10_000  # rule-language 3, `by`
LOOKS_AT = 20  # how many of the longest unused are looked at for one that is idle

StateKey = tuple[str, tuple[str, ...]]
"""A rule's id, and the values of its `by`."""

NONE: Mapping[StateKey, RuleState] = MappingProxyType({})


class RuleStates:
    """`by_home` are all, by target. `is_idle` says whether nothing goes on for a state, its runs included."""

    def __init__(self, targets: Targets, is_idle: Callable[[RuleState], bool]) -> None:
        self._targets = targets
        self._is_idle = is_idle
        self.by_home: dict[str, dict[StateKey, RuleState]] = {}
        self._used: defaultdict[str, OrderedDict[RuleState, None]] = defaultdict(OrderedDict)

    def all(self) -> Iterator[RuleState]:
        """Every one, of the wider targets first."""
        for target in self._targets.all():
            yield from self.at(target).values()

    def at(self, target: Target) -> Mapping[StateKey, RuleState]:
        """Those towards this target, in the order in which they were first needed."""
        return self.by_home.get(target.home, NONE)

    def of_rule(self, target: Target, rule: str) -> list[RuleState]:
        """All of one rule towards this target, by the values of its `by`."""
        return [one for one in self.at(target).values() if one.rule.id == rule]

    def needed(self, target: Target, rule: str, more: tuple[str, ...], now: Moment) -> RuleState:
        """The state of a rule that concerns this target; new where there is none yet."""
        at = self.by_home.get(target.home)
        if at is None:
            at = self.by_home[target.home] = {}
        state = at.get((rule, more))
        if state is None:
            state = at[rule, more] = RuleState(*target.rules.by_id[rule], target, more)
            state.begin_clock(now)
        return state

    def remember(self, state: RuleState) -> None:
        """One that an earlier engine knew."""
        self.by_home.setdefault(state.target.home, {})[state.rule.id, state.key_of.more] = state

    def use(self, state: RuleState) -> None:
        """Its key is used now."""
        if state.key_of.more:
            used = self._used[state.rule.id]
            used[state] = None
            used.move_to_end(state)

    def too_many(self, new: RuleState, mono: float) -> RuleState | None:
        """Uses a new key, and names the one that must go for it, if one must.

        The longest idle, where one is found soon; else the longest unused, though it is busy: a stranger
        who invents names must fill no memory.
        """
        self.use(new)
        used = self._used.get(new.rule.id)
        if used is None or len(used) <= MOST:
            return None
        oldest = list(islice(used, LOOKS_AT))
        idle = [one for one in oldest if self._is_idle(one)]
        free = [one for one in idle if one.cooling_until <= mono and not one.history.is_tripped(mono)]
        return next(iter((*free, *idle)), oldest[0])

    def forget(self, state: RuleState) -> None:
        """It is no more; one that was forgotten before may be forgotten again."""
        at, key = self.by_home.get(state.target.home), (state.rule.id, state.key_of.more)
        if at is not None and at.get(key) is state:
            del at[key]
            if not at:
                del self.by_home[state.target.home]
        self.unuse(state)

    def unuse(self, state: RuleState) -> None:
        """Its key counts no more among those that there are too many of."""
        if state.key_of.more:
            self._used[state.rule.id].pop(state, None)

    def forget_all(self, target: Target) -> None:
        """Nothing is known of this target any more."""
        for state in self.by_home.pop(target.home, {}).values():
            self.unuse(state)
