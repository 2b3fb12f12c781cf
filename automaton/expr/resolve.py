"""Prepares a tree for evaluation: each function learns what to ask a scope for, and which facts wake it.

A function with wrong arguments is left as it is, for type_check.py to report.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from automaton.core.expression import OVER_SERVERS, Applied, Expression
from automaton.errors import Invalid
from automaton.expr.functions import EXPRESSIONS, FUNCTIONS, Takes
from automaton.expr.tree import Apply, Literal, Name, Node, parts, with_parts
from automaton.expr.unparse import unparse
from automaton.match.pattern import Pattern, compile_pattern

Made = Callable[[Node], Expression]


def resolve(node: Node, made: Made) -> Node:
    """The same tree with `applied` of its functions set. `made` makes an Expression of an argument."""
    inside = tuple(resolve(part, made) for part in parts(node))
    if isinstance(node, Apply):
        applied = _applied(node.function, inside, made)
        return replace(node, arguments=inside, applied=applied, pattern=_pattern(node.function, inside))
    return with_parts(node, inside)


def reads(node: Node) -> frozenset[str]:
    """The facts that a resolved tree reads, and those that wake its functions."""
    match node:
        case Name(name=name):
            return frozenset({name})
        case Apply(applied=Applied() as applied):
            return applied.wakes
        case _:
            return frozenset[str]().union(*(reads(part) for part in parts(node)))


def applications(node: Node) -> frozenset[Applied]:
    """The functions of a resolved tree, those inside others included."""
    if isinstance(node, Apply) and node.applied is not None:
        applied = node.applied
        inside = [one.applied for one in (applied.of, applied.limit) if one is not None]
        return frozenset({applied}).union(*inside)
    return frozenset[Applied]().union(*(applications(part) for part in parts(node)))


def looked_into(node: Node) -> tuple[Node, ...]:
    """The parts that have a value here: no names, and nothing that is asked of other servers."""
    if not isinstance(node, Apply):
        return parts(node)
    if node.function in OVER_SERVERS:
        return ()
    takes = FUNCTIONS[node.function].takes if node.function in FUNCTIONS else ()
    return tuple(
        argument for argument, what in zip(node.arguments, takes, strict=False) if what in EXPRESSIONS
    )


def _applied(function: str, given: tuple[Node, ...], made: Made) -> Applied | None:
    """What a scope is asked for; None where the arguments are not those that the function takes."""
    signature = FUNCTIONS.get(function)
    if signature is None or not signature.fits(len(given)):
        return None
    inside: list[Expression] = []
    name, pattern, seconds = "", "", 0.0
    for argument, takes in zip(given, signature.takes, strict=False):  # some may be left out
        match takes, argument:
            case ((Takes.TRUTH | Takes.NUMBER | Takes.TEXT | Takes.ANY), _):
                inside.append(made(argument))
            case Takes.PATTERN, Literal(plain=str()):
                pass  # it is no pattern of the index: it is searched in a value, not in lines
            case Takes.TIME, Literal(plain=int() | float() as plain):
                seconds = float(plain)
            case Takes.EVENT, Name(name=name):
                pass
            case Takes.EVENT, Literal(plain=str(pattern)):
                pass
            case ((Takes.WINDOW | Takes.RULE | Takes.PATH), Literal(plain=str(name))):
                pass
            case _:
                return None
    text = f"{function}({', '.join(unparse(argument) for argument in given)})"
    of, limit = [*inside, None, None][:2]
    return Applied(function, text, of, limit, name, pattern, seconds)


def _pattern(function: str, given: tuple[Node, ...]) -> Pattern | None:
    """The compiled pattern among the arguments; None where there is none, or a wrong one."""
    takes = FUNCTIONS[function].takes if function in FUNCTIONS else ()
    for argument, what in zip(given, takes, strict=False):
        if what is Takes.PATTERN and isinstance(argument, Literal) and isinstance(argument.plain, str):
            with suppress(Invalid):
                return compile_pattern(argument.plain)
    return None
