"""Whether an expression can be true at all, whatever the facts are: a contradiction is never meant.

It is cut into ways to be true, and of each way is asked what is left to its terms. What is not understood
is possible: nothing is told that is not certain. Unknown facts are no way to be true.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from automaton.expr.domains import Atom, Domains
from automaton.expr.tree import And, Node, Not, Or

MOST_WAYS = 200
"""Beyond so many an expression is taken for possible."""

Way = tuple[Atom, ...]


def can_be(expression: Node, wanted: bool = True) -> bool:
    """Whether it can be true (or false): False only where that is certain never to be."""
    return can_be_together((expression, wanted))


def can_be_together(*wanted: Atom) -> bool:
    """Whether these can be true, or false, at the same moment."""
    ways = [_ways(node, is_true) for node, is_true in wanted]
    number = 1
    for some in ways:
        number *= len(some)
    if number > MOST_WAYS:
        return True
    return any(_is_possible(atom for way in together for atom in way) for together in product(*ways))


def _ways(node: Node, wanted: bool) -> list[Way]:
    """Each way in which it becomes so; too many are one way of which nothing is known."""
    match node:
        case Not(item=item):
            return _ways(item, not wanted)
        case And(items=items) | Or(items=items):
            inner = [_ways(item, wanted) for item in items]
            if isinstance(node, And) is wanted:  # all of them
                number = 1
                for some in inner:
                    number *= len(some)
                if number > MOST_WAYS:
                    return [()]
                return [tuple(atom for way in one for atom in way) for one in product(*inner)]
            found = [way for some in inner for way in some]
            return found if len(found) <= MOST_WAYS else [()]
    return [((node, wanted),)]


def _is_possible(atoms: Iterator[Atom]) -> bool:
    left = Domains()
    return all(left.takes(node, wanted) for node, wanted in atoms) and left.agrees()
