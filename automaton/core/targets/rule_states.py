"""The states of all rules, by target and key: made when first needed, forgotten when idle.

A rule with a list in `by` has a state for each of its values. Strangers choose those, so their number is
bounded: the longest unused makes room.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType

from automaton.core.moment import Moment
from automaton.core.targets.rule_memory import RuleMemory
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.target import Target
from automaton.core.targets.targets import Targets

MOST = 10_000  # rule-language 3, `by`
LOOKS_AT = 20  # of the longest unused, to find one that is idle: the search must stay short

StateKey = tuple[str, tuple[str, ...]]
"""A rule's id, and the values of its `by`."""

NONE: Mapping[StateKey, RuleState] = MappingProxyType({})


class RuleStates:
    """`by_home` has all states, by target. `is_idle` says whether a state has no incident, wait or run.

    `changed` are those of which something remembered changed since they were last taken, or that are gone.
    """

    def __init__(self, targets: Targets, is_idle: Callable[[RuleState], bool]) -> None:
        self._targets = targets
        self._is_idle = is_idle
        self.by_home: dict[str, dict[StateKey, RuleState]] = {}
        self.changed: dict[RuleMemory, None] = {}
        self._used: defaultdict[str, OrderedDict[RuleState, None]] = defaultdict(OrderedDict)

    def all(self) -> Iterator[RuleState]:
        """Every state, those of the wider targets first."""
        for target in self._targets.all():
            yield from self.at(target).values()

    def at(self, target: Target) -> Mapping[StateKey, RuleState]:
        """The states at this target, in the order in which they were first needed."""
        return self.by_home.get(target.home, NONE)

    def of_rule(self, target: Target, rule: str) -> list[RuleState]:
        """All states of one rule at this target: one for each value of its `by`."""
        return [one for one in self.at(target).values() if one.rule.id == rule]

    def everywhere(self, rule: str) -> Iterator[RuleState]:
        """All states of one rule, without a look at those of the others."""
        for target in self._targets.all():
            if (state := self.at(target).get((rule, ()))) is not None:
                yield state
        yield from self._used.get(rule, ())

    def opened(self) -> Iterator[RuleState]:
        """Those whose incident is open, without a look at the others, of which there are many."""
        for target in self._targets.all():
            for rule in target.open_rules():
                alone = self.at(target).get((rule, ()))
                of_rule = self.of_rule(target, rule) if alone is None else [alone]
                yield from (one for one in of_rule if one.incident is not None)

    def needed(self, target: Target, rule: str, more: tuple[str, ...], now: Moment) -> RuleState:
        """The state of a rule that concerns this target, made if there is none yet."""
        at = self.by_home.get(target.home)
        if at is None:
            at = self.by_home[target.home] = {}
        state = at.get((rule, more))
        if state is None:
            state = at[rule, more] = RuleState(target.rules.by_id[rule][0], target, more, self.changed)
            state.begin_clock(now)
        return state

    def remember(self, state: RuleState) -> None:
        """Adds a state that was restored."""
        self.by_home.setdefault(state.target.home, {})[state.rule.id, state.key_of.more] = state

    def use(self, state: RuleState) -> None:
        """Marks its key as the latest used of its rule."""
        if state.key_of.more:
            used = self._used[state.rule.id]
            used[state] = None
            used.move_to_end(state)

    def too_many(self, new: RuleState, mono: float) -> RuleState | None:
        """Marks a new key as used, and returns the state that must go for it, if any must.

        The longest idle if one is found soon, else the longest unused though it is busy: a stranger who
        invents names must not fill the memory.
        """
        self.use(new)
        used = self._used.get(new.rule.id)
        if used is None or len(used) <= MOST:
            return None
        oldest = list(islice(used, LOOKS_AT))
        idle = [one for one in oldest if self._is_idle(one)]
        # A cooldown or a tripped breaker is worth keeping: forgotten, the rule would act again at once.
        free = [one for one in idle if one.cooling_until <= mono and not one.history.is_tripped(mono)]
        return next(iter((*free, *idle)), oldest[0])

    def forget(self, state: RuleState) -> None:
        """Removes a state; one that was removed before is ignored."""
        at, key = self.by_home.get(state.target.home), (state.rule.id, state.key_of.more)
        if at is not None and at.get(key) is state:
            del at[key]
            state.mark_changed()
            if not at:
                del self.by_home[state.target.home]
        self.unuse(state)

    def unuse(self, state: RuleState) -> None:
        """Removes its key from those whose number is bounded."""
        if state.key_of.more:
            self._used[state.rule.id].pop(state, None)

    def forget_all(self, target: Target) -> None:
        """Removes all states at this target."""
        for state in self.by_home.pop(target.home, {}).values():
            state.mark_changed()
            self.unuse(state)
