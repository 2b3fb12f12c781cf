"""What an expression says now, in three values, and until when that stands.

The laws of rule-language.md 4.1. Nothing here raises: what has no answer is unknown.
`until` is honest: before it the answer does not change though time passes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from math import inf
from typing import Protocol

from automaton.core.applied import Applied
from automaton.core.truth import UNKNOWN, Plain, Value
from automaton.expr.compare import compare, same
from automaton.expr.numbers import arithmetic, negative
from automaton.expr.tree import (
    All,
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
    Some,
)


class Scope(Protocol):
    """Where names are read. What it does not have is unknown."""

    def read(self, name: str) -> Value: ...

    def apply(self, applied: Applied) -> Value: ...


def evaluate(node: Node, scope: Scope, now: float) -> Value:
    """The value of a tree at the moment `now` (`mono`)."""
    match node:
        case Compare(left=left, how=how, right=right):
            return compare(evaluate(left, scope, now), how, evaluate(right, scope, now), now)
        case Name(name=name):
            return scope.read(name)
        case Literal(plain=plain):
            return Value(plain)
        case All(items=items):
            return _decided(items, False, scope, now)
        case Some(items=items):
            return _decided(items, True, scope, now)
        case Not(item=item):
            return _opposite(evaluate(item, scope, now))
        case In(item=item, among=among):
            return _contained(evaluate(item, scope, now), evaluate_list(among, scope, now), now)
        case Arithmetic(left=left, operator=operator, right=right):
            return arithmetic(evaluate(left, scope, now), operator, evaluate(right, scope, now))
        case Negative(item=item):
            return negative(evaluate(item, scope, now))
        case ListOf(items=items):
            return _listed([evaluate(item, scope, now) for item in items])
        case Apply(function="json", arguments=(item,)):
            return _written(evaluate(item, scope, now))
        case Apply(applied=Applied() as applied):
            return scope.apply(applied)
        case Apply():
            return UNKNOWN  # refused when loaded: check.py


def _decided(items: Iterable[Node], decisive: bool, scope: Scope, now: float) -> Value:
    """`and`, which one false decides; `or`, which one true decides.

    A decided one stands as long as one of the deciding items does; any other as long as all do.
    """
    decided_until = -inf
    least = inf
    unknown = False
    for item in items:
        value = evaluate(item, scope, now)
        if value.plain is decisive:
            decided_until = max(decided_until, value.until)
            if decided_until == inf:
                break
        else:
            least = min(least, value.until)
            unknown = unknown or value.plain is not (not decisive)
    if decided_until > -inf:
        return Value(decisive, decided_until)
    return Value(None if unknown else not decisive, least)


def _opposite(value: Value) -> Value:
    if isinstance(value.plain, bool):
        return Value(not value.plain, value.until)
    return Value(None, value.until)


def evaluate_list(node: Node, scope: Scope, now: float) -> tuple[list[Value] | None, float]:
    """The items of a list, None where it is unknown, and until when it is this list."""
    if isinstance(node, ListOf):
        return [evaluate(item, scope, now) for item in node.items], inf
    value = evaluate(node, scope, now)
    if not isinstance(value.plain, tuple):
        return None, value.until
    return [Value(item) for item in value.plain], value.until


def _contained(item: Value, among: tuple[list[Value] | None, float], now: float) -> Value:
    """`x in [a, b]` is `x == a or x == b`."""
    others, until = among
    if others is None:
        return Value(None, min(item.until, until))
    answers = [same(item, other, now) for other in others]
    found = [answer.until for answer in answers if answer.plain is True]
    if found:
        return Value(True, min(max(found), until))
    least = min([until, *(answer.until for answer in answers)])
    return Value(None if any(answer.plain is None for answer in answers) else False, least)


def _written(value: Value) -> Value:
    """As JSON, of the moment: an age that runs is told as it is now. What is unknown is `null`."""
    return Value(json.dumps(value.plain), value.until)


def _listed(values: list[Value]) -> Value:
    until = min((value.until for value in values), default=inf)
    plains: list[Plain] = [value.plain for value in values]
    if any(plain is None for plain in plains):
        return Value(None, until)
    return Value(tuple(plains), until)
