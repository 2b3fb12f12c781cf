"""All expressions of a rule, those in its texts too, each with where it stands in its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from automaton.expr.expression import Expression
from automaton.expr.template import Template
from automaton.expr.tree import Node
from automaton.problem import FilePlace
from automaton.rulebook.model import RuleModel
from automaton.schema.leaves import all_leaves
from automaton.schema.scalar import Scalar, Style
from automaton.schema.validate import place_of


@dataclass(frozen=True, slots=True)
class WrittenExpression:
    """One expression, and the value of the file that it begins in, so many characters behind its begin."""

    tree: Node
    _within: Expression | Template
    _begin: int

    def place(self, node: Node) -> FilePlace:
        """Where a node of the tree is written."""
        return place_of(self._within.origin, self._begin + node.span.begin)

    @property
    def style(self) -> Style:
        """The quotes around the value of the file."""
        origin = self._within.origin
        return origin.style if isinstance(origin, Scalar) else Style.PLAIN


def written_expressions(rule: RuleModel) -> Iterator[WrittenExpression]:
    """Those at any depth of the rule, in the order of its file."""
    for leaf in all_leaves(rule):
        if isinstance(leaf, Expression):
            yield WrittenExpression(leaf.tree, leaf, 0)
        elif isinstance(leaf, Template):
            for one in leaf.expressions:
                yield WrittenExpression(one.expression.tree, leaf, one.offset)
