"""An expression, parsed once and asked often. Immutable; equal and hashed by its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeGuard

from automaton.core.expression import Applied
from automaton.core.stable_names import stable_name
from automaton.core.truth import Truth, Value
from automaton.expr.evaluate import HOW, Scope, evaluate
from automaton.expr.parse import parse
from automaton.expr.resolve import applications, looked_into, reads, resolve
from automaton.expr.rising import rising
from automaton.expr.tree import Apply, ListOf, Literal, Node, Not, walk

__all__ = ["Expression", "Part", "Scope", "parse_expression"]


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-expression as it is written, its value, and how deep it stands below the whole."""

    source: str
    value: Value
    depth: int


@stable_name("Expression")
@dataclass(frozen=True, slots=True)
class Expression:
    """`names` are the facts it reads, fields of the match as `it.player`; `functions` what it calls.

    Among the names is also what its functions are woken by (core/expression.py); `applied` are these.
    What the servers are asked that a function counts is none of its names, but of `applied`'s `of`.

    `origin` is where it was written, for those who tell of mistakes; nothing here looks into it.
    `begin` is where its source begins in the text that its tree counts from. `rising` are the facts in
    which its truth can only rise, each with the number below which it makes nothing true (expr/rising.py).
    """

    source: str
    tree: Node = field(compare=False, repr=False)
    names: frozenset[str] = field(compare=False, repr=False)
    functions: frozenset[str] = field(compare=False, repr=False)
    origin: object = field(default=None, compare=False, repr=False)
    applied: frozenset[Applied] = field(default=frozenset(), compare=False, repr=False)
    begin: int = field(default=0, compare=False, repr=False)
    rising: Mapping[str, float] = field(default_factory=dict, compare=False, repr=False)

    def evaluate(self, scope: Scope, now: float) -> Value:
        """Its value at the moment `now` (`mono`), at which the scope is read."""
        return HOW[type(self.tree)](self.tree, scope, now)

    def truth(self, scope: Scope, now: float) -> Truth:
        """True, false, or unknown, which is also what no truth is."""
        value = HOW[type(self.tree)](self.tree, scope, now)
        return Truth(value.plain if isinstance(value.plain, bool) else None, value.until)

    def explain(self, scope: Scope, now: float) -> list[Part]:
        """The whole and its sub-expressions with their values, each before its parts; no literals.

        `x not in y` is one part: the `in` that it is the negation of is written nowhere.
        What a function asks of each server, or names, has no one value here and is left out.
        """
        return self._explained(self.tree, scope, now, 0)

    def _explained(self, node: Node, scope: Scope, now: float, depth: int) -> list[Part]:
        if isinstance(node, Literal) or _is_written_out(node):
            return []
        source = self.source[node.place.begin - self.begin : node.place.end - self.begin]
        told = [Part(source, evaluate(node, scope, now), depth)]
        for part in looked_into(node.item if _is_absence(node) else node):
            told += self._explained(part, scope, now, depth + 1)
        return told


def _is_absence(node: Node) -> TypeGuard[Not]:
    """`x not in y`, which begins where its `in` begins."""
    return isinstance(node, Not) and node.item.place.begin == node.place.begin


def _is_written_out(node: Node) -> bool:
    """A list of literals: what it comes to is what stands there."""
    return isinstance(node, ListOf) and all(isinstance(item, Literal) for item in node.items)


@lru_cache(maxsize=10_000)
def parse_expression(text: str) -> Expression:
    """The expression that a text is. Raises ExpressionError with the offset of the mistake."""

    def made(node: Node) -> Expression:
        begin = node.place.begin
        return _expression(node, text[begin : node.place.end], begin)

    return _expression(resolve(parse(text), made), text, 0)


def _expression(tree: Node, source: str, begin: int) -> Expression:
    functions = frozenset(node.function for node in walk(tree) if isinstance(node, Apply))
    return Expression(source, tree, reads(tree), functions, None, applications(tree), begin, rising(tree))
