"""A checked rule model to the rule that the engine judges by."""

from __future__ import annotations

from collections.abc import Mapping

from automaton.core.rule import Rule
from automaton.expr.expression import Expression
from automaton.rulebook.checks import walk
from automaton.rulebook.model import RuleModel
from automaton.schema.kinds import TriggerModel
from automaton.schema.selector import Scoped, Selector


def compile_rule(model: RuleModel, groups: Mapping[str, Selector]) -> Rule:
    """The rule as data; its selector knows the groups of its file."""
    until = model.until
    return Rule(
        id=str(model.id),
        when=model.when,
        holds=model.while_,
        hold_for=model.for_ or 0.0,
        until=until if isinstance(until, Expression) else None,
        until_trigger=until if isinstance(until, TriggerModel) else None,
        quiet=until if isinstance(until, float) else None,
        guard=model.if_,
        do=model.do,
        on_clear=model.on_clear,
        cooldown=model.cooldown,
        count=model.count or 1,
        within=model.within,
        severity=model.severity,
        arm=model.arm,
        note=model.note,
        servers=Scoped(model.servers, groups) if model.servers is not None else None,
        tells=frozenset(channel for step in walk((model.do,)) for channel in step.wants().channels),
    )
