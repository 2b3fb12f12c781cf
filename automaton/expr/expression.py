"""An expression, parsed once and asked often. Immutable; equal and hashed by its source."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from automaton.core.truth import Truth, Value
from automaton.expr.evaluate import Scope, evaluate
from automaton.expr.parse import parse
from automaton.expr.tree import Apply, Literal, Name, Node, parts, walk

__all__ = ["Expression", "Part", "Scope", "parse_expression"]


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-expression as it is written, its value, and how deep it stands below the whole."""

    source: str
    value: Value
    depth: int


@dataclass(frozen=True, slots=True)
class Expression:
    """`names` are the facts it reads, fields of the match as `it.player`; `functions` what it calls.

    `origin` is where it was written, for those who tell of mistakes; nothing here looks into it.
    """

    source: str
    tree: Node = field(compare=False, repr=False)
    names: frozenset[str] = field(compare=False, repr=False)
    functions: frozenset[str] = field(compare=False, repr=False)
    origin: object = field(default=None, compare=False, repr=False)

    def evaluate(self, scope: Scope, now: float) -> Value:
        """Its value at the moment `now` (`mono`), at which the scope is read."""
        return evaluate(self.tree, scope, now)

    def truth(self, scope: Scope, now: float) -> Truth:
        """True, false, or unknown, which is also what no truth is."""
        value = evaluate(self.tree, scope, now)
        return Truth(value.plain if isinstance(value.plain, bool) else None, value.until)

    def explain(self, scope: Scope, now: float) -> list[Part]:
        """The whole and its sub-expressions with their values, each before its parts; no literals."""
        return self._explained(self.tree, scope, now, 0)

    def _explained(self, node: Node, scope: Scope, now: float, depth: int) -> list[Part]:
        if isinstance(node, Literal):
            return []
        source = self.source[node.place.begin : node.place.end]
        told = [Part(source, evaluate(node, scope, now), depth)]
        for part in parts(node):
            told += self._explained(part, scope, now, depth + 1)
        return told


@lru_cache(maxsize=10_000)
def parse_expression(text: str) -> Expression:
    """The expression that a text is. Raises ExpressionError with the offset of the mistake."""
    tree = parse(text)
    nodes = list(walk(tree))
    names = frozenset(node.name for node in nodes if isinstance(node, Name))
    functions = frozenset(node.function for node in nodes if isinstance(node, Apply))
    return Expression(text, tree, names, functions)
