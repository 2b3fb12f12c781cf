"""Which kinds of values go together: what can be compared, added, multiplied, and the kind of the result."""

from __future__ import annotations

from collections.abc import Mapping

from automaton.core.facts.kind import Fact, Kind
from automaton.expr.tree import Apply, Arithmetic, Name, Negative, Node

NUMERIC = (Kind.NUMBER, Kind.PERCENT, Kind.SIZE, Kind.DURATION)

NAMES: Mapping[Kind, str] = {
    Kind.TRUTH: "truth",
    Kind.TEXT: "text",
    Kind.NUMBER: "number",
    Kind.PERCENT: "percent",
    Kind.SIZE: "size",
    Kind.DURATION: "duration",
    Kind.LIST: "list",
    Kind.ANY: "field of the match",
}


def with_article(kind: Kind) -> str:
    """The kind in a sentence: `a size`, `a bare number`."""
    return "a bare number" if kind is Kind.NUMBER else f"a {NAMES[kind]}"


def comparable(left: Kind, right: Kind) -> bool:
    """Whether values of the two can be compared."""
    if left is right or {left, right} == {Kind.NUMBER, Kind.PERCENT}:
        return True
    return Kind.ANY in (left, right) and Kind.LIST not in (left, right)


def sum_of(left: Kind, right: Kind) -> Kind | None:
    """The kind of a sum or difference, None where there is none."""
    if left is Kind.ANY:
        return Kind.NUMBER if right is Kind.ANY else right
    if right is Kind.ANY or left is right:
        return left
    return Kind.PERCENT if {left, right} == {Kind.NUMBER, Kind.PERCENT} else None


def product(left: Kind, right: Kind, *, over: bool) -> Kind | None:
    """The kind of a product or quotient, None where there is none; of a product whatever the order."""
    factors = (Kind.NUMBER, Kind.ANY)
    if left in factors and right in factors:
        return Kind.NUMBER
    if right in factors:
        return left
    if over:
        return Kind.NUMBER if left is right else None
    return right if left in factors else None


def is_growing(node: Node, facts: Mapping[str, Fact]) -> bool:
    """Whether its number grows by itself, as an age does."""
    match node:
        case Name(name=name):
            return name in facts and facts[name].grows
        case Apply(function=function):
            return function == "age"
        case Negative(item=item):
            return is_growing(item, facts)
        case Arithmetic(left=left, right=right):
            return is_growing(left, facts) or is_growing(right, facts)
        case _:
            return False
