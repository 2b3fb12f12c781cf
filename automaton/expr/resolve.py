"""A tree made ready to be asked: its functions know what they ask a scope, and what wakes them.

What makes no sense is left as it is; check.py tells of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from automaton.core.expression import OVER_SERVERS, Applied, Expression
from automaton.expr.functions import EXPRESSIONS, FUNCTIONS, Takes
from automaton.expr.spelling import spell
from automaton.expr.tree import Apply, Literal, Name, Node, parts, with_parts

Made = Callable[[Node], Expression]


def resolve(node: Node, made: Made) -> Node:
    """The tree with what its functions ask. `made` makes an expression of an argument."""
    inside = tuple(resolve(part, made) for part in parts(node))
    if isinstance(node, Apply):
        return replace(node, arguments=inside, applied=_applied(node.function, inside, made))
    return with_parts(node, inside)


def reads(node: Node) -> frozenset[str]:
    """The facts that a resolved tree reads, and what its functions are woken by."""
    match node:
        case Name(name=name):
            return frozenset({name})
        case Apply(applied=Applied() as applied):
            return applied.wakes
        case _:
            return frozenset[str]().union(*(reads(part) for part in parts(node)))


def applications(node: Node) -> frozenset[Applied]:
    """The functions of a resolved tree, those inside of others too."""
    if isinstance(node, Apply) and node.applied is not None:
        applied = node.applied
        inside = [one.applied for one in (applied.of, applied.limit) if one is not None]
        return frozenset({applied}).union(*inside)
    return frozenset[Applied]().union(*(applications(part) for part in parts(node)))


def looked_into(node: Node) -> tuple[Node, ...]:
    """The parts of which a value can be told where the whole stands: no names, and no other server's."""
    if not isinstance(node, Apply):
        return parts(node)
    if node.function in OVER_SERVERS:
        return ()
    takes = FUNCTIONS[node.function].takes if node.function in FUNCTIONS else ()
    return tuple(
        argument for argument, what in zip(node.arguments, takes, strict=False) if what in EXPRESSIONS
    )


def _applied(function: str, given: tuple[Node, ...], made: Made) -> Applied | None:
    """What a scope is asked, None where the arguments are not those that the function takes."""
    signature = FUNCTIONS.get(function)
    if signature is None or len(given) != len(signature.takes):
        return None
    inside: list[Expression] = []
    name, pattern, seconds = "", "", 0.0
    for argument, takes in zip(given, signature.takes, strict=True):
        match takes, argument:
            case ((Takes.TRUTH | Takes.NUMBER | Takes.ANY), _):
                inside.append(made(argument))
            case Takes.TIME, Literal(plain=int() | float() as plain):
                seconds = float(plain)
            case Takes.EVENT, Name(name=name):
                pass
            case Takes.EVENT, Literal(plain=str(pattern)):
                pass
            case ((Takes.WINDOW | Takes.RULE), Literal(plain=str(name))):
                pass
            case _:
                return None
    text = f"{function}({', '.join(spell(argument) for argument in given)})"
    of, limit = [*inside, None, None][:2]
    return Applied(function, text, of, limit, name, pattern, seconds)
