"""Facts in which a truth can only rise: when such a number falls, what is false stays false.

`console_age > 10m` is one: a line that begins the age anew cannot make it true, so nobody need look.
"""

from __future__ import annotations

from collections import Counter

from automaton.expr.tree import All, Compare, Comparing, Literal, Name, Node, Some, walk

_MORE = (Comparing.MORE, Comparing.AT_LEAST)
_LESS = (Comparing.LESS, Comparing.AT_MOST)


def rising(tree: Node) -> frozenset[str]:
    """The facts that stand in this tree only as the greater side of a comparison with a literal."""
    told = Counter(_compared(tree))
    read = Counter(node.name for node in walk(tree) if isinstance(node, Name))
    return frozenset(name for name, times in told.items() if read[name] == times)


def _compared(tree: Node) -> list[str]:
    """Each place where a name is compared so, below `and` and `or` only."""
    match tree:
        case All(items=items) | Some(items=items):
            return [name for item in items for name in _compared(item)]
        case Compare(left=Name(name=name), how=how, right=Literal()) if how in _MORE:
            return [name]
        case Compare(left=Literal(), how=how, right=Name(name=name)) if how in _LESS:
            return [name]
    return []
