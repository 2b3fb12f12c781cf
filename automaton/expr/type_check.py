"""What is wrong with an expression before it ever runs: names, kinds, texts that a fact can never be.

The kind of a node is None where something inside it is wrong: one mistake is one problem.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from automaton.core.facts.kind import Fact, Kind
from automaton.core.facts.table import EVERY_FACT
from automaton.expr.check_functions import function_kind
from automaton.expr.check_names import name_kind
from automaton.expr.check_operators import arithmetic_kind, check_comparison, check_membership
from automaton.expr.checker import TypeChecker
from automaton.expr.expression import Expression
from automaton.expr.known_names import NOT_JUDGED, OVER_EACH_SERVER, KnownNames
from automaton.expr.tree import (
    And,
    Apply,
    Arithmetic,
    Compare,
    In,
    ListOf,
    Literal,
    Name,
    Negative,
    Node,
    Not,
    Or,
)
from automaton.expr.value_kinds import with_article
from automaton.problem import Problem


def check(
    expression: Expression,
    facts: Mapping[str, Fact],
    want: Kind,
    *,
    it: frozenset[str] | None = None,
    known: KnownNames = NOT_JUDGED,
) -> list[Problem]:
    """All problems, each with its offset, in the order of the source.

    `facts` are the names that may be read here. `want` is the kind that is needed, `Kind.ANY` where
    every kind will do. `it` are the fields that the match has, None where that is not known. `known` is
    what functions may name; with its `each` this is a rule wider than one server, and `facts` are those
    of the whole: `total`, `rule`, what belongs to the incident.
    """
    checker = _Checker(facts, it, known)
    kind = checker.kind(expression.tree)
    if kind is not None and not _is_wanted(kind, want):
        checker.add(
            expression.tree,
            f"{with_article(kind)} where {with_article(want)} is wanted",
            expected=_wanted(expression.tree, facts, want),
            suggestion=_as_truth(expression, kind, facts) if want is Kind.TRUTH else "",
        )
    return sorted(checker.problems, key=lambda problem: problem.offset or 0)


def kind_of(node: Node, facts: Mapping[str, Fact] = EVERY_FACT) -> Kind | None:
    """The kind of a tree, None where something is wrong with it, as a name that is none of the facts."""
    for known in (NOT_JUDGED, OVER_EACH_SERVER):
        checker = _Checker(facts, None, known)
        kind = checker.kind(node)
        if not checker.problems:
            return kind
    return None


def _is_wanted(kind: Kind, want: Kind) -> bool:
    if Kind.ANY in (kind, want) or kind is want:
        return True
    return {kind, want} == {Kind.NUMBER, Kind.PERCENT}


def _wanted(tree: Node, facts: Mapping[str, Fact], want: Kind) -> str:
    """What is expected: of a text that is one of few, which."""
    values = ", ".join(f'"{value}"' for value in _values(tree, facts))
    return f"a comparison with {values}" if want is Kind.TRUTH and values else with_article(want)


def _values(tree: Node, facts: Mapping[str, Fact]) -> Collection[str]:
    return facts[tree.name].values if isinstance(tree, Name) and tree.name in facts else ()


def _as_truth(expression: Expression, kind: Kind, facts: Mapping[str, Fact]) -> str:
    source = expression.source.strip()
    match kind:
        case Kind.DURATION:
            return f"{source} > 5m"
        case Kind.SIZE:
            return f"{source} > 1GiB"
        case Kind.NUMBER | Kind.PERCENT:
            return f"{source} > 90"
        case Kind.LIST:
            return f'"prod" in {source}'
        case _:
            value = next(iter(_values(expression.tree, facts)), "…")
            return f'{source} == "{value}"'


class _Checker(TypeChecker):
    def kind(self, node: Node) -> Kind | None:
        match node:
            case Literal(kind=kind):
                return kind
            case Name():
                return name_kind(self, node)
            case ListOf(items=items):
                for item in items:
                    self.kind(item)
                return Kind.LIST
            case Apply():
                return function_kind(self, node)
            case Not(item=item):
                replace(self, compared=node).truth(item)
                return Kind.TRUTH
            case And(items=items) | Or(items=items):
                for item in items:
                    self.truth(item)
                return Kind.TRUTH
            case Compare():
                check_comparison(self, node)
                return Kind.TRUTH
            case In():
                check_membership(self, node)
                return Kind.TRUTH
            case Negative(item=item):
                return self.number(item)
            case Arithmetic():
                return arithmetic_kind(self, node)
