"""An expression, parsed once and asked often. Immutable; equal and hashed by its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeGuard

from automaton.core.expression import Applied, NameScope
from automaton.core.stable_names import stable_name
from automaton.core.truth import Truth, Value
from automaton.expr.evaluate import evaluate
from automaton.expr.monotonic import deciding_facts, rising_facts
from automaton.expr.parse import parse
from automaton.expr.resolve import applications, looked_into, reads, resolve
from automaton.expr.tree import Apply, ListOf, Literal, Node, Not, walk


@dataclass(frozen=True, slots=True)
class Subexpression:
    """A sub-expression as it is written, its value, and how many levels it is below the whole."""

    source: str
    value: Value
    depth: int


@stable_name("Expression")
@dataclass(frozen=True, slots=True)
class Expression:
    """`names` are the facts that it reads, fields of the match as `it.player`; `functions` what it calls.

    The facts that wake its functions (core/expression.py) are among the names, and `applied` are these
    functions. What `count` and its like ask of other servers is not among the names, but in `of` of theirs.

    `origin` is where it was written, for messages about it; nothing here looks into it. `begin` is the
    offset at which its source begins in the text to which the spans of its tree refer. `rising` are the
    facts in which it is monotonic, each with the number below which it makes nothing true, and `deciding`
    those that make it false by being below theirs (monotonic.py).
    """

    source: str
    tree: Node = field(compare=False, repr=False)
    names: frozenset[str] = field(compare=False, repr=False)
    functions: frozenset[str] = field(compare=False, repr=False)
    origin: object = field(default=None, compare=False, repr=False)
    applied: frozenset[Applied] = field(default=frozenset(), compare=False, repr=False)
    begin: int = field(default=0, compare=False, repr=False)
    rising: Mapping[str, float] = field(default_factory=dict, compare=False, repr=False)
    deciding: Mapping[str, float] = field(default_factory=dict, compare=False, repr=False)

    @property
    def whole(self) -> Applied | None:
        """The function that it is an application of, as a whole; None for anything else."""
        return self.tree.applied if isinstance(self.tree, Apply) else None

    def evaluate(self, scope: NameScope, now: float) -> Value:
        """Its value at the moment `now` (`mono`), at which the scope is read."""
        return evaluate(self.tree, scope, now)

    def truth(self, scope: NameScope, now: float) -> Truth:
        """True, false, or unknown; a value that is no truth counts as unknown."""
        value = evaluate(self.tree, scope, now)
        return Truth(value.plain if isinstance(value.plain, bool) else None, value.until)

    def explain(self, scope: NameScope, now: float) -> list[Subexpression]:
        """The whole and its sub-expressions with their values, each before its parts, without literals.

        `x not in y` is one part: the `in` that it negates is not written anywhere. What a function asks of
        each server, and what it names, has no single value here and is left out.
        """
        return self._explained(self.tree, scope, now, 0)

    def _explained(self, node: Node, scope: NameScope, now: float, depth: int) -> list[Subexpression]:
        if isinstance(node, Literal) or _is_written_out(node):
            return []
        source = self.source[node.span.begin - self.begin : node.span.end - self.begin]
        told = [Subexpression(source, evaluate(node, scope, now), depth)]
        for part in looked_into(node.item if _is_absence(node) else node):
            told += self._explained(part, scope, now, depth + 1)
        return told


def _is_absence(node: Node) -> TypeGuard[Not]:
    """Whether it is `x not in y`: its Not begins where its In begins."""
    return isinstance(node, Not) and node.item.span.begin == node.span.begin


def _is_written_out(node: Node) -> bool:
    """A list of literals: its value is plain to see."""
    return isinstance(node, ListOf) and all(isinstance(item, Literal) for item in node.items)


@lru_cache(maxsize=10_000)
def parse_expression(text: str) -> Expression:
    """The expression that a text is. Raises Invalid with the offset of the mistake."""

    def made(node: Node) -> Expression:
        begin = node.span.begin
        return _expression(node, text[begin : node.span.end], begin)

    return _expression(resolve(parse(text), made), text, 0)


def _expression(tree: Node, source: str, begin: int) -> Expression:
    functions = frozenset(node.function for node in walk(tree) if isinstance(node, Apply))
    return Expression(
        source,
        tree,
        reads(tree),
        functions,
        None,
        applications(tree),
        begin,
        rising_facts(tree),
        deciding_facts(tree),
    )
