"""In which facts an expression is monotonic: when such a number falls, what is false stays false.

`console_age` in `console_age > 10m` is one: a line that resets the age cannot make it true, so the rule need
not be evaluated again. Neither need it while the number is below everything that it is compared with, or
where one number is too small for a part without which nothing is true, as in `cpu_pct > 300 and …`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from automaton.core.truth import Plain
from automaton.expr.tree import And, Compare, Comparing, Literal, Name, Node, Or, walk

_MORE = (Comparing.MORE, Comparing.AT_LEAST)
_LESS = (Comparing.LESS, Comparing.AT_MOST)


def rising_facts(tree: Node) -> Mapping[str, float]:
    """The facts that this tree reads only as the greater side of a comparison with a number.

    With each comes the least of these numbers: below it the fact makes nothing true.
    """
    told = defaultdict(list)
    for name, limit in _compared(tree):
        told[name].append(limit)
    read = Counter(node.name for node in walk(tree) if isinstance(node, Name))
    return {name: min(limits) for name, limits in told.items() if read[name] == len(limits)}


def deciding_facts(tree: Node) -> Mapping[str, float]:
    """The facts that have to be above a number for this tree to be true, each with that number.

    While one of them is below it the tree is false, whatever else is so, or unknown.
    """
    told: dict[str, float] = {}
    for item in _conjuncts(tree):
        if isinstance(item, Compare):
            for name, limit in _compared(item):
                told[name] = max(limit, told.get(name, limit))
    return told


def _conjuncts(tree: Node) -> Iterator[Node]:
    if isinstance(tree, And):
        for item in tree.items:
            yield from _conjuncts(item)
    else:
        yield tree


def _compared(tree: Node) -> list[tuple[str, float]]:
    """Each such comparison that has nothing but `and` and `or` above it."""
    match tree:
        case And(items=items) | Or(items=items):
            return [one for item in items for one in _compared(item)]
        case Compare(left=Name(name=name), how=how, right=Literal(plain=limit)) if how in _MORE:
            return _of_numbers(name, limit)
        case Compare(left=Literal(plain=limit), how=how, right=Name(name=name)) if how in _LESS:
            return _of_numbers(name, limit)
    return []


def _of_numbers(name: str, limit: Plain) -> list[tuple[str, float]]:
    return [(name, limit)] if isinstance(limit, int | float) and not isinstance(limit, bool) else []
