"""The steps of a rule as it is written, wherever in it they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from automaton.core.rules import action
from automaton.rulebook.model import RuleModel
from automaton.schema.kind_fields import Steps
from automaton.schema.kinds import ActionModel


def walk(blocks: Iterable[Steps]) -> Iterator[ActionModel]:
    """All steps of these blocks, those inside other steps included."""
    return (step for step in action.walk(blocks) if isinstance(step, ActionModel))


def blocks_of(rule: RuleModel) -> tuple[Steps, ...]:
    """The outermost lists of actions of a rule."""
    then = (rule.breaker.then,) if rule.breaker is not None else ()
    return (rule.do, rule.on_clear, *(one.do for one in rule.escalate), *then)
