"""The facts that a rule reads, each with its place in the file. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from automaton.core.rules.rule import Rule
from automaton.expr.expression import Expression
from automaton.expr.template import Template
from automaton.problem import FilePlace
from automaton.schema.kinds import TriggerModel
from automaton.schema.leaves import Leaf, all_leaves
from automaton.schema.scalar import target_of


def reads(rule: Rule) -> dict[str, FilePlace]:
    """The facts that a rule reads, each with the first place that does."""
    found: dict[str, FilePlace] = {}
    for text in _texts(rule):
        for name in sorted(text.names):
            found.setdefault(name, target_of(text.origin))
    for leaf in _leaves(rule):
        if isinstance(leaf, TriggerModel):
            found |= {str(name): target_of(name) for name in leaf.refers().facts if name not in found}
    return found


def _texts(rule: Rule) -> Iterator[Expression | Template]:
    return (leaf for leaf in _leaves(rule) if isinstance(leaf, Expression | Template))


def _leaves(rule: Rule) -> Iterator[Leaf]:
    values: list[object] = [rule.holds, rule.until, rule.guard, rule.distinct, *rule.by_values]
    values += [rule.when, rule.until_trigger, rule.unless, *(one.unless for one in rule.escalate)]
    return all_leaves((*values, *rule.steps()))
