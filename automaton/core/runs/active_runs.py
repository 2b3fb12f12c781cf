"""All runs that are not over, by target and by rule state.

Knows which they are and what they may still wait for; when they continue is the runner's business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from automaton.core.expression import Applied
from automaton.core.rules.rule import Rule
from automaton.core.runs.run import Run, RunKind
from automaton.core.targets.rule_state import RuleState

NONE: tuple[Run, ...] = ()


class ActiveRuns:
    """Runs in the order in which they began.

    `powering` are those with a slot of `limits.power.parallel`; `own_runs` is by rule state, `by_home` by
    target. A rule's own run is that of `do` or `on_clear`; beside it go those of `escalate` and of a
    breaker's `then`, and an `on_clear` that an earlier incident left.
    """

    def __init__(self) -> None:
        self.powering: set[Run] = set()
        self.by_home: dict[str, tuple[Run, ...]] = {}
        self.own_runs: dict[RuleState, Run] = {}
        self._beside: dict[RuleState, list[Run]] = {}

    def at(self, home: str) -> Sequence[Run]:
        """The runs that act at this target."""
        return self.by_home.get(home, NONE)

    def all(self) -> list[Run]:
        """Every run, by target."""
        return [run for runs in self.by_home.values() for run in runs]

    def own(self, rule_state: RuleState) -> Run | None:
        """The rule's own run for this key, None if there is none."""
        return self.own_runs.get(rule_state)

    def beside(self, rule_state: RuleState) -> Sequence[Run]:
        """The runs of this rule and key beside its own; a copy, safe to iterate while runs end."""
        return tuple(self._beside.get(rule_state, ()))

    def of(self, rule_state: RuleState) -> list[Run]:
        """All runs of this rule and key, its own first."""
        own = self.own_runs.get(rule_state)
        return [*([] if own is None else [own]), *self._beside.get(rule_state, ())]

    def is_idle(self, rule_state: RuleState) -> bool:
        """Whether the state has no incident, no wait and no run, and so may be forgotten."""
        is_waiting = rule_state.incident is not None or rule_state.awaited is not None
        return not is_waiting and rule_state not in self.own_runs and rule_state not in self._beside

    def enter(self, run: Run) -> None:
        """Adds a run that begins, or that is restored."""
        rule_state = run.rule_state
        before = self.own_runs.get(rule_state)
        if run.kind is RunKind.DO:
            if before is not None:  # the `on_clear` of the incident before continues beside it
                self._beside.setdefault(rule_state, []).append(before)
            self.own_runs[rule_state] = run
        elif run.kind is RunKind.CLEAR and before is None:
            self.own_runs[rule_state] = run
        else:
            self._beside.setdefault(rule_state, []).append(run)
        self.by_home[run.home] = (*self.by_home.get(run.home, NONE), run)

    def step_aside(self, rule_state: RuleState) -> None:
        """Moves the rule's own run aside, to make way for another."""
        own = self.own_runs.pop(rule_state, None)
        if own is not None:
            self._beside.setdefault(rule_state, []).append(own)

    def leave(self, run: Run) -> None:
        """Removes a run that is over, and frees its slot."""
        run.free_slot()
        rule_state = run.rule_state
        left = tuple(one for one in self.by_home[run.home] if one is not run)
        if left:
            self.by_home[run.home] = left
        else:
            del self.by_home[run.home]
        if self.own_runs.get(rule_state) is run:
            del self.own_runs[rule_state]
            return
        beside = self._beside[rule_state]
        beside.remove(run)
        if not beside:
            del self._beside[rule_state]

    def waits_for(self) -> frozenset[str]:
        """The patterns that runs listen for, now or in a later step."""
        return frozenset[str]().union(*(run.patterns() for run in self.all()))

    def still_asked(self, rules: Sequence[Rule]) -> Mapping[str, frozenset[Applied]]:
        """By rule id, the functions that runs which outlived a reload still use, in steps of the old rule."""
        asked: dict[str, frozenset[Applied]] = {}
        for run in self._outliving(rules):
            asked[run.rule.id] = asked.get(run.rule.id, frozenset()) | run.rule.applied
        return asked

    def still_heard(self, rules: Sequence[Rule]) -> frozenset[str]:
        """The events that runs which outlived a reload still listen to."""
        return frozenset[str]().union(*(run.rule.hears() for run in self._outliving(rules)))

    def _outliving(self, rules: Sequence[Rule]) -> list[Run]:
        current = {rule.id: rule for rule in rules}
        return [run for run in self.all() if current.get(run.rule.id) is not run.rule]
