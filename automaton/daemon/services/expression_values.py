"""What a rule's expressions were at one moment: kept as values, made into text only on request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from automaton.core import expression as core
from automaton.core.facts.kind import Fact
from automaton.core.facts.table import EVERY_FACT
from automaton.core.rules.rule import Rule
from automaton.core.rules.scene import Scene
from automaton.core.rules.unknown import why_not_applied, why_unknown
from automaton.core.truth import Value
from automaton.expr.expression import Expression, Subexpression, parse_expression
from automaton.expr.printing import show
from automaton.expr.tree import Apply, Literal, Name, Node, walk
from automaton.expr.type_check import kind_of
from automaton.schema.kinds import TriggerModel
from automaton.web.routes.explain import ExpressionRow, PartRow

LONGEST_VALUE = 200  # characters; a text of the match may be a whole console line


@dataclass(frozen=True, slots=True)
class PartValue:
    """A part of an expression with its value, and why it had none."""

    source: str
    depth: int
    value: Value
    why: str = ""


@dataclass(frozen=True, slots=True)
class ExpressionValues:
    """An expression under its word in the rule, and what its parts were, the whole first.

    `own` are the facts of one's own there: they say how their values are printed.
    """

    word: str
    expression: core.Expression
    parts: tuple[PartValue, ...]
    own: Mapping[str, Fact] = field(default_factory=dict)


def see(rule: Rule, scene: Scene) -> tuple[ExpressionValues, ...]:
    """The rule's expressions as they are at the scene's moment."""
    own = {one.fact.name: one.fact for one in scene.facts.own}
    return tuple(
        ExpressionValues(word, expression, tuple(_parts(expression, scene)), own)
        for word, expression in _expressions(rule)
    )


def row_of(seen: ExpressionValues) -> ExpressionRow:
    """The same for people: each value printed by its kind."""
    nodes = _nodes(seen.expression) if isinstance(seen.expression, Expression) else {}
    facts = {**EVERY_FACT, **seen.own}
    parts = [_row(part, nodes.get(part.source), facts) for part in seen.parts]
    return ExpressionRow(word=seen.word, parts=parts)


def _expressions(rule: Rule) -> Iterator[tuple[str, core.Expression]]:
    if rule.holds is not None:
        yield "while", rule.holds
    if isinstance(rule.when, TriggerModel):  # what it waits for the change of, and why that is unknown
        yield from (("changes", parse_expression(str(name))) for name in rule.when.refers().facts)
    if rule.when is not None and rule.when.where is not None:
        yield "where", rule.when.where
    if rule.guard is not None:
        yield "if", rule.guard
    if rule.until is not None:
        yield "until", rule.until


def _parts(expression: core.Expression, scene: Scene) -> Iterator[PartValue]:
    if not isinstance(expression, Expression):
        yield PartValue(expression.source, 0, expression.evaluate(scene, scene.now.mono))
        return
    nodes = _nodes(expression)
    for part in expression.explain(scene, scene.now.mono):
        yield PartValue(part.source, part.depth, part.value, _why(part, nodes.get(part.source), scene))


def _why(part: Subexpression, node: Node | None, scene: Scene) -> str:
    if part.value.plain is not None:
        return ""
    match node:
        case Name(name=name):
            return why_unknown(name, scene.facts, scene.incident, scene.now.mono)
        case Apply(function=function):
            return why_not_applied(function, scene.facts)
    return ""


@lru_cache(maxsize=2_000)
def _nodes(expression: Expression) -> Mapping[str, Node]:
    """The parts of an expression by their source."""
    nodes = (node for node in walk(expression.tree) if not isinstance(node, Literal))
    begin = expression.begin
    return {expression.source[node.span.begin - begin : node.span.end - begin]: node for node in nodes}


def _row(part: PartValue, node: Node | None, facts: Mapping[str, Fact]) -> PartRow:
    plain = part.value.plain
    is_known = plain is not None
    if isinstance(plain, bool):
        text = "true" if plain else "false"
    else:
        text = show(part.value, kind_of(node, facts) if node is not None else None)
    return PartRow(
        source=part.source, value=text[:LONGEST_VALUE], depth=part.depth, known=is_known, why=part.why
    )
