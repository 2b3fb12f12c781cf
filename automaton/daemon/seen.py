"""What a rule's expressions said at one moment, kept as values; made into text only when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from automaton.core import ports
from automaton.core.applied import OVER_SERVERS
from automaton.core.rule import Rule
from automaton.core.scene import Scene
from automaton.core.truth import Value
from automaton.core.unknown import why_unknown
from automaton.expr.check import kind_of
from automaton.expr.expression import Expression, Part
from automaton.expr.printing import show
from automaton.expr.tree import Apply, Literal, Name, Node, walk
from automaton.web.rule_shapes import ExpressionRow, PartRow

LONGEST_VALUE = 200  # characters; a text of the match may be a whole console line


@dataclass(frozen=True, slots=True)
class SeenPart:
    """A part of an expression with its value, and why it had none."""

    source: str
    depth: int
    value: Value
    why: str = ""


@dataclass(frozen=True, slots=True)
class SeenExpression:
    """An expression under its word in the rule, and what its parts were, the whole first."""

    word: str
    expression: ports.Expression
    parts: tuple[SeenPart, ...]


def see(rule: Rule, scene: Scene) -> tuple[SeenExpression, ...]:
    """The rule's expressions as they are at the scene's moment."""
    return tuple(
        SeenExpression(word, expression, tuple(_parts(expression, scene)))
        for word, expression in _expressions(rule)
    )


def row_of(seen: SeenExpression) -> ExpressionRow:
    """The same for people: each value printed by its kind."""
    nodes = dict(_nodes(seen.expression))
    return ExpressionRow(word=seen.word, parts=[_row(part, nodes.get(part.source)) for part in seen.parts])


def _expressions(rule: Rule) -> Iterator[tuple[str, ports.Expression]]:
    if rule.holds is not None:
        yield "while", rule.holds
    if rule.when is not None and rule.when.where is not None:
        yield "where", rule.when.where
    if rule.guard is not None:
        yield "if", rule.guard
    if rule.until is not None:
        yield "until", rule.until


def _parts(expression: ports.Expression, scene: Scene) -> Iterator[SeenPart]:
    """What is counted over servers has no parts here: they are read at each of the servers."""
    if not isinstance(expression, Expression):
        yield SeenPart(expression.source, 0, expression.evaluate(scene, scene.now.mono))
        return
    nodes = dict(_nodes(expression))
    inside_of: int | None = None
    for part in expression.explain(scene, scene.now.mono):
        if inside_of is not None and part.depth > inside_of:
            continue
        node = nodes.get(part.source)
        is_group = isinstance(node, Apply) and node.function in OVER_SERVERS
        inside_of = part.depth if is_group else None
        yield SeenPart(part.source, part.depth, part.value, _why(part, node, scene))


def _why(part: Part, node: Node | None, scene: Scene) -> str:
    if part.value.plain is not None or not isinstance(node, Name):
        return ""
    return why_unknown(node.name, scene.facts, scene.incident, scene.now.mono)


def _nodes(expression: ports.Expression) -> Iterator[tuple[str, Node]]:
    if isinstance(expression, Expression):
        for node in walk(expression.tree):
            if not isinstance(node, Literal):
                yield expression.source[node.place.begin : node.place.end], node


def _row(part: SeenPart, node: Node | None) -> PartRow:
    plain = part.value.plain
    is_known = plain is not None
    if isinstance(plain, bool):
        text = "true" if plain else "false"
    else:
        text = show(part.value, kind_of(node) if node is not None else None)
    return PartRow(
        source=part.source, value=text[:LONGEST_VALUE], depth=part.depth, known=is_known, why=part.why
    )
