"""The numbers with which an expression compares facts: what a chart draws as lines.

Only what a picture can show: a fact, or what it was on the average, at the least or at the most lately,
beside a number that is written there. Whether the whole is true by it is the expression's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from automaton.expr.tree import Apply, Compare, Comparing, Literal, Name, Node, walk

OF_A_READING = frozenset({"avg", "min", "max", "rate"})
"""Functions whose values lie in the same picture as their fact, `rate` in that of its changes."""

_TURNED = {
    Comparing.LESS: Comparing.MORE,
    Comparing.AT_MOST: Comparing.AT_LEAST,
    Comparing.MORE: Comparing.LESS,
    Comparing.AT_LEAST: Comparing.AT_MOST,
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A fact is compared with `limit`, in base units. `function` is what is made of it first, "" for none."""

    fact: str
    how: Comparing
    limit: float
    function: str = ""


def thresholds(tree: Node) -> Iterator[Threshold]:
    """Every such comparison in a tree, in the order of the source."""
    for node in walk(tree):
        if not isinstance(node, Compare) or node.how not in _TURNED:
            continue
        for side, other, how in (
            (node.left, node.right, node.how),
            (node.right, node.left, _TURNED[node.how]),
        ):
            limit, read = _number(other), _reading(side)
            if limit is not None and read is not None:
                yield Threshold(read[0], how, limit, read[1])


def _reading(node: Node) -> tuple[str, str] | None:
    match node:
        case Name(name=name):
            return name, ""
        case Apply(function=function, arguments=(Name(name=name), *_)) if function in OF_A_READING:
            return name, function
    return None


def _number(node: Node) -> float | None:
    if (
        not isinstance(node, Literal)
        or isinstance(node.plain, bool)
        or not isinstance(node.plain, int | float)
    ):
        return None
    return float(node.plain)
