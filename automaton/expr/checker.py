"""What the parts of the type check share: what may be read here, and the problems found so far."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from automaton.core.facts.kind import Fact, Kind
from automaton.core.facts.table import RULE_FACTS
from automaton.expr.known_names import NOT_JUDGED, KnownNames
from automaton.expr.tree import Compare, Node, Not
from automaton.expr.value_kinds import NUMERIC, with_article
from automaton.problem import Problem


@dataclass
class TypeChecker(ABC):
    """Checks one expression. `facts`, `it` and `known` are those of `check` in type_check.py.

    `inside` is the function in whose argument the checked node is, empty outside of any; `compared` the
    comparison whose side it is, or the `not` before it.
    """

    facts: Mapping[str, Fact]
    it: frozenset[str] | None
    known: KnownNames = NOT_JUDGED
    inside: str = ""
    compared: Compare | Not | None = None
    problems: list[Problem] = field(default_factory=list)

    @abstractmethod
    def kind(self, node: Node) -> Kind | None:
        """The kind of a node, None where something is wrong with it; its problems are added."""

    def add(
        self, node: Node, message: str, found: str = "", expected: str = "", suggestion: str = ""
    ) -> None:
        """Adds a problem at the beginning of a node."""
        self.problems.append(
            Problem(message, offset=node.span.begin, found=found, expected=expected, suggestion=suggestion)
        )

    def within(self, function: str) -> Self:
        """The same for what a function asks of each server: it reads facts of a server and nothing else.

        Its problems are added to the same list.
        """
        asked = self.known.each if self.known.each is not None else self.facts
        facts = {name: fact for name, fact in asked.items() if name not in RULE_FACTS}
        return replace(self, facts=facts, inside=function)

    def truth(self, node: Node) -> None:
        """Adds a problem where the node is not true or false."""
        kind = self.kind(node)
        if kind not in (None, Kind.TRUTH, Kind.ANY):
            message = f"{with_article(kind)} where a truth is wanted"
            self.add(node, message, expected="a comparison, or a name that is true or false")

    def number(self, node: Node) -> Kind | None:
        """The kind of a node that is to be a number, None and a problem where it is none."""
        kind = self.kind(node)
        if kind is None or kind in NUMERIC or kind is Kind.ANY:
            return kind
        self.add(node, f"{with_article(kind)} where a number is wanted", expected="a number")
        return None
