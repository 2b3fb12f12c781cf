"""The steps of a run by its rule, and their fingerprint: it goes on after a restart in the same ones only."""

from __future__ import annotations

from automaton.core.canonical import fingerprint_of_parts
from automaton.core.rules.action import Action
from automaton.core.rules.rule import Rule
from automaton.core.runs.run import RunKind

MOST_KEPT = 10_000  # fingerprints that are kept; a reload replaces rules, and so their steps


def steps_of(rule: Rule, kind: RunKind, which: int) -> tuple[Action, ...]:
    """The list that a run of this kind executes; empty where the rule has it no longer."""
    match kind:
        case RunKind.DO | RunKind.DRILL:
            return rule.do
        case RunKind.CLEAR:
            return rule.on_clear
        case RunKind.ESCALATION:
            return rule.escalate[which].do if which < len(rule.escalate) else ()
        case RunKind.TRIPPED:
            return rule.breaker.then if rule.breaker is not None else ()


class StepFingerprints:
    """Worked out once for each list of steps, for a run is written at each of its steps."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[tuple[Action, ...], str]] = {}

    def of(self, actions: tuple[Action, ...]) -> str:
        """Sixteen hexadecimal digits, equal for equal steps."""
        known = self._known.get(id(actions))
        if known is None:  # kept with the steps themselves, so that no others get their `id`
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            known = self._known[id(actions)] = (actions, fingerprint_of_parts(*actions))
        return known[1]
