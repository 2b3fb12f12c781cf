"""All runs that are not over, by target and by rule state.

Knows which they are and what they may still wait for; when they continue is the runner's business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from automaton.core.expression import Applied
from automaton.core.rules.incident import Incident
from automaton.core.rules.rule import Rule
from automaton.core.runs.run import Run, RunKind, RunRegisters
from automaton.core.runs.run_state import RunState
from automaton.core.targets.rule_state import RuleState


class ActiveRuns:
    """Runs in the order in which they began.

    `powering` are those with a slot of `limits.power.parallel`, `listeners` those that wait for an event;
    `own_runs` is by rule state, and `latest` the number of the run that began last. A rule's own run is that
    of `do` or `on_clear`; beside it go those of `escalate` and of a breaker's `then`, and an `on_clear` that
    an earlier incident left.
    """

    def __init__(self) -> None:
        self.registers = RunRegisters()
        self.powering = self.registers.powering
        self.listeners = self.registers.listeners
        self.latest = 0
        self._by_home: dict[str, dict[Run, None]] = {}
        self._returning: dict[str, dict[Run, None]] = {}
        self.own_runs: dict[RuleState, Run] = {}
        self._beside: dict[RuleState, list[Run]] = {}

    def at(self, home: str) -> Sequence[Run]:
        """The runs that act at this target; a copy, safe to iterate while runs end."""
        return tuple(self._by_home.get(home, ()))

    def take_returning(self, home: str) -> Sequence[Run]:
        """The runs of an earlier engine that wait for this target to be seen, each given once."""
        return tuple(self._returning.pop(home, ()))

    def powering_at(self, home: str) -> Run | None:
        """The run at this target that has a slot; None where none has."""
        return next((run for run in self._by_home.get(home, ()) if run.has_slot), None)

    def all(self) -> list[Run]:
        """Every run, by target."""
        return [run for runs in self._by_home.values() for run in runs]

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

    def has_turn(self, rule_state: RuleState, incident: Incident, number: int) -> bool:
        """Whether a run of this escalation still goes for the incident."""
        return any(
            run.kind is RunKind.ESCALATION and run.which == number and run.incident is incident
            for run in self._beside.get(rule_state, ())
        )

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
        self._by_home.setdefault(run.home, {})[run] = None
        self.latest = run.number
        if run.state is RunState.RETURNING:
            self._returning.setdefault(run.home, {})[run] = None

    def step_aside(self, rule_state: RuleState) -> None:
        """Moves the rule's own run aside, to make way for another."""
        own = self.own_runs.pop(rule_state, None)
        if own is not None:
            self._beside.setdefault(rule_state, []).append(own)

    def leave(self, run: Run) -> None:
        """Removes a run that is over, and frees its slot."""
        run.free_slot()
        rule_state = run.rule_state
        for by_home in (self._by_home, self._returning):
            at_home = by_home.get(run.home, {})
            at_home.pop(run, None)
            if not at_home:
                by_home.pop(run.home, None)
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
