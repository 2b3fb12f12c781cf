"""Steps that only a Panel does, in a configuration that has none. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from automaton.checkpoint import with_checkpoints
from automaton.core.arm import Arm
from automaton.core.rules.rule import Rule
from automaton.problem import Problem, problem_at
from automaton.rulebook.rule_steps import walk
from automaton.schema.kinds import ActionModel
from automaton.settings.model import Settings


def without_panel(rules: Iterable[Rule], settings: Settings) -> Iterator[Problem]:
    """Warns of each such step where all servers are watched without a Panel: the step always fails."""
    if settings.panels or not settings.nodes:
        return
    for rule in with_checkpoints(rules):
        if rule.arm is Arm.OFF:
            continue
        for step in walk(
            tuple(one for one in block if isinstance(one, ActionModel)) for block in rule.steps()
        ):
            if step.wants().permissions:
                yield problem_at(step.place, "needs-panel", told(rule.id, step.verb), severity="warning")


def told(rule: str, verb: str, where: str = "all servers here are") -> str:
    """What is said of a step that always fails, `where` it does."""
    return (
        f"rule `{rule}` cannot `{verb}`: a Panel does that, and {where} watched by the node's own config.yml;"
        " the step fails with the reason"
    )
