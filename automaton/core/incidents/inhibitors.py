"""Which open incidents hold others back, as incidents open and end and rules change.

Whether an action is held by one is asked of `gates/inhibition.py`; who is freed is asked again from here.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from automaton.core.arm import Arm
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.wait_queue import WaitQueue
from automaton.core.key import Key
from automaton.core.moment import Moment
from automaton.core.rules.rule import Rule
from automaton.core.runs.run import Run
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.target import Target


class Inhibitors:
    """`may_release`: held notices may be free since `take_released`."""

    def __init__(self, gates: GateState, queue: WaitQueue[Run]) -> None:
        self.may_release = False
        self._gates = gates
        self._queue = queue

    @property
    def are_any(self) -> bool:
        """Whether an open incident holds anybody back."""
        return bool(self._gates.inhibition.open)

    def begin(self, state: RuleState) -> None:
        """Lets the open incident of a live rule inhibit others, if the rule has `mutes`."""
        if state.rule.mutes is None or self._gates.arm(state.rule) is not Arm.LIVE:
            return  # in shadow a rule mutes nothing
        target, rule = state.target, state.rule.id

        # Read at each use: a reload gives the target other aggregates while the incident stays open.
        def covered() -> Container[str] | None:
            aggregate = target.aggregates.get(rule)
            return None if aggregate is None else aggregate.covered

        self._gates.inhibition.begin(state.rule, state.key_of, covered)

    def begin_elsewhere(self, rule: Rule, key: Key, target: Target, *, is_known: bool = True) -> None:
        """Lets an incident inhibit that is open at a target which another engine judges, or may be open."""

        def covered() -> Container[str] | None:
            aggregate = target.aggregates.get(rule.id)
            return None if aggregate is None else aggregate.covered

        inhibition = self._gates.inhibition
        (inhibition.begin if is_known else inhibition.suspect)(rule, key, covered)

    def end_elsewhere(self, rule: str, key: Key) -> bool:
        """An incident that is judged elsewhere is over. True if it inhibited; then `free` is to be called."""
        return self._gates.inhibition.end(rule, key)

    def begin_anew(self, states: Iterable[RuleState], now: Moment) -> None:
        """Works out again which open incidents inhibit others, after rules or limits changed."""
        self._gates.inhibition.clear()
        for state in states:
            if state.incident is not None:
                self.begin(state)
        self.free(now)

    def end(self, state: RuleState, now: Moment) -> None:
        """The incident of this rule and key is over."""
        if self._gates.inhibition.end(state.rule.id, state.key_of):
            self.free(now)

    def free(self, now: Moment) -> None:
        """Lets notices and runs that an incident inhibited be asked again, once all rules were judged."""
        self.release_soon()
        self._queue.room(now)

    def release_soon(self) -> None:
        """Lets held notices be asked again, once all rules were judged: one of them may hold them again."""
        self.may_release = True

    def take_released(self) -> bool:
        """Whether notices may be free since this was last asked."""
        may_release, self.may_release = self.may_release, False
        return may_release
