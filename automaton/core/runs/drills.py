"""Drills: a rule's `do` is played because a person wants to see it, whatever the rule thinks.

Law: a drill belongs to no incident. It opens none, spends no cooldown and no breaker, and its state is its
own: nothing that looks at rules sees it, and no restart goes on with it. The rule in that state is the real
one, so that gates, counts and texts are as for its runs. Only what is told of it, and made by it, has another
name.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from automaton.core.calls import Call, SendMessage
from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.events import DrillBegan
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.pipeline import CallFacts, before_call
from automaton.core.key import Key
from automaton.core.moment import Moment
from automaton.core.rules.drill_mark import DRILL
from automaton.core.rules.incident import Incident
from automaton.core.rules.rule import Rule
from automaton.core.rules.scene import StepScene
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.no_match import NoMatch
from automaton.core.runs.rehearsal import Rehearsed, rehearse
from automaton.core.runs.run import Run, RunKind
from automaton.core.runs.runner import Runner
from automaton.core.span import span
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.target import Target


class DrillState(RuleState):
    """The rule's state of a drill, which is neither in the engine's list of states nor in the journal.

    Its rule is not renamed: all that people and other rules say of a rule, they say by its id.
    """

    __slots__ = ()
    mark: ClassVar[str] = DRILL


class Drills:
    """Plays drills, one at a time for each rule and key."""

    def __init__(self, gates: GateState, runner: Runner, active: ActiveRuns, log: DecisionCollector) -> None:
        self._gates = gates
        self._runner = runner
        self._active = active
        self._log = log
        self._going: set[tuple[str, str]] = set()

    def is_going(self, rule: str, key: str) -> bool:
        """Whether a drill of this rule and key is not over yet."""
        return (rule, key) in self._going

    def begin(self, event: DrillBegan, rule: Rule | None, target: Target | None, now: Moment) -> None:
        """Plays a rule's `do`; while a drill of the same rule and key goes on, nothing.

        That its rule or its server is gone by now is told: whoever asked for it waits to hear its end.
        """
        if rule is None or target is None:
            verdict = Verdict.WITHDRAWN if rule is None else Verdict.GONE
            self._log.tell_not_begun(DRILL + event.rule, event.key, now, verdict)
            return
        state = DrillState(rule, target, Key.read(event.key).more)
        if self.is_going(rule.id, state.key):
            return
        by = f" by {event.by}" if event.by else ""
        how = "for real" if event.for_real else "nothing but messages is sent"
        self._log.tell(state, Verdict.DRILLED, now, f"a drill begins{by}: {how}")
        incident = Incident(0, now, matches=1, fields=NoMatch())
        if event.for_real:
            self._going.add((rule.id, state.key))
            self._runner.start(state, incident, rule.do, now, RunKind.DRILL)
            return
        self._rehearse(state, incident, now)

    def ended(self, run: Run) -> None:
        """Forgets a drill whose run is over."""
        state = run.rule_state
        self._going.discard((state.rule.id, state.key))

    def end_at(self, target: Target, now: Moment) -> None:
        """Ends the drills at a server that is gone."""
        runs = [run for run in self._active.at(target.home) if run.kind is RunKind.DRILL]
        self._runner.drop(runs, Verdict.GONE, now)

    def _rehearse(self, state: DrillState, incident: Incident, now: Moment) -> None:
        """Tells each step, as if all of them were taken at once."""
        scene = replace(self._runner.scene(state, incident, now), fields=incident.fields, mark=state.mark)
        for step in rehearse(state.rule.do, scene):
            at = f"after {span(step.after)}: " if step.after else ""
            if isinstance(step.call, SendMessage):
                self._log.ask(state, [step.call], now, at.removesuffix(": "))
            elif step.call is not None:
                why = at + self._held(state, step.call, scene)
                self._log.tell(state, Verdict.DRILLED, now, why, held=[step.call])
            else:
                self._log.tell(state, Verdict.DRILLED, now, at + _noted(step))
        self._log.tell(state, Verdict.ENDED, now)

    def _held(self, state: DrillState, call: Call, scene: StepScene) -> str:
        """What would become of a call now."""
        facts = CallFacts(
            now=scene.now, gates=self._gates, server=scene.facts, arm=self._gates.arm(state.rule),
            target=state.target, slots=len(self._active.powering), pack=scene.pack,
        )  # fmt: skip
        held = before_call(state.rule, state.key_of, facts, call)
        if held is None:
            return "this would be done"
        return f"this would not be done now: {held.verdict.sentence}" + (
            f" ({held.detail})" if held.detail else ""
        )


def _noted(step: Rehearsed) -> str:
    return f"{step.verb}: {step.note}" if step.verb else step.note
