"""Whether an expression can be true at all, whatever the facts are: a contradiction is never meant.

It is brought into disjunctive form, and each way to be true is tried on the domains of its terms. What is
not understood counts as possible, so a "never" is certain. Unknown facts are no way to be true.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from automaton.expr.domains import Atom, Domains
from automaton.expr.tree import And, Node, Not, Or

MAX_WAYS = 200
"""An expression with more ways than this counts as possible: their number grows exponentially."""

Way = tuple[Atom, ...]


def can_be(expression: Node, wanted: bool = True) -> bool:
    """Whether it can be true (or false): False only where that is certain never to be."""
    return can_be_together((expression, wanted))


def can_be_together(*wanted: Atom) -> bool:
    """Whether these can be so at the same moment."""
    ways = [_ways(node, is_true) for node, is_true in wanted]
    number = 1
    for some in ways:
        number *= len(some)
    if number > MAX_WAYS:
        return True
    return any(_is_possible(atom for way in together for atom in way) for together in product(*ways))


def _ways(node: Node, wanted: bool) -> list[Way]:
    """Every way in which it becomes so. Too many become one way without atoms, which is always possible."""
    match node:
        case Not(item=item):
            return _ways(item, not wanted)
        case And(items=items) | Or(items=items):
            inner = [_ways(item, wanted) for item in items]
            if isinstance(node, And) is wanted:  # all of them
                number = 1
                for some in inner:
                    number *= len(some)
                if number > MAX_WAYS:
                    return [()]
                return [tuple(atom for way in one for atom in way) for one in product(*inner)]
            found = [way for some in inner for way in some]
            return found if len(found) <= MAX_WAYS else [()]
    return [((node, wanted),)]


def _is_possible(atoms: Iterator[Atom]) -> bool:
    domains = Domains()
    return all(domains.narrow(node, wanted) for node, wanted in atoms) and domains.agrees()
