"""The value of an expression now, in three-valued logic, and until when it holds.

The laws of rule-language.md 4.1. Nothing here raises: what has no answer is unknown. Before `until` the
answer does not change by the mere passing of time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from math import inf

from automaton.core.expression import OF_TEXTS, NameScope
from automaton.core.json_path import parse_json_path, read_json
from automaton.core.truth import UNKNOWN, Plain, Value
from automaton.expr.comparison import compare, same
from automaton.expr.numbers import arithmetic, negative
from automaton.expr.texts import apply_to_texts
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


def evaluate(node: Node, scope: NameScope, now: float) -> Value:
    """The value of a tree at the moment `now` (`mono`)."""
    return _HOW[type(node)](node, scope, now)


def _compare(node: Compare, scope: NameScope, now: float) -> Value:
    return compare(evaluate(node.left, scope, now), node.how, evaluate(node.right, scope, now), now)


def _name(node: Name, scope: NameScope, now: float) -> Value:
    return scope.read(node.name)


def _literal(node: Literal, scope: NameScope, now: float) -> Value:
    return node.value


def _all(node: And, scope: NameScope, now: float) -> Value:
    return _decided(node.items, False, scope, now)


def _some(node: Or, scope: NameScope, now: float) -> Value:
    return _decided(node.items, True, scope, now)


def _not(node: Not, scope: NameScope, now: float) -> Value:
    return _opposite(evaluate(node.item, scope, now))


def _in(node: In, scope: NameScope, now: float) -> Value:
    return _contained(evaluate(node.item, scope, now), evaluate_list(node.among, scope, now), now)


def _arithmetic(node: Arithmetic, scope: NameScope, now: float) -> Value:
    return arithmetic(evaluate(node.left, scope, now), node.operator, evaluate(node.right, scope, now))


def _negative(node: Negative, scope: NameScope, now: float) -> Value:
    return negative(evaluate(node.item, scope, now))


def _list(node: ListOf, scope: NameScope, now: float) -> Value:
    return _listed([evaluate(item, scope, now) for item in node.items])


def _apply(node: Apply, scope: NameScope, now: float) -> Value:
    if node.function == "json":
        return _json(node, evaluate(node.arguments[0], scope, now)) if node.applied is not None else UNKNOWN
    if node.function in OF_TEXTS and node.applied is not None:
        texts = node.arguments[:1] if node.function == "matches" else node.arguments
        return apply_to_texts(node.function, [evaluate(one, scope, now) for one in texts], node.pattern)
    return scope.apply(node.applied) if node.applied is not None else UNKNOWN  # type_check.py refuses it


# One dictionary look-up costs less than trying each type in turn, as `match` does.
_HOW: dict[type[Node], Callable[..., Value]] = {
    Compare: _compare, Name: _name, Literal: _literal, And: _all, Or: _some, Not: _not, In: _in,
    Arithmetic: _arithmetic, Negative: _negative, ListOf: _list, Apply: _apply,
}  # fmt: skip


def _decided(items: Iterable[Node], decisive: bool, scope: NameScope, now: float) -> Value:
    """`and`, which one false decides; `or`, which one true decides.

    A decided answer holds as long as one of the deciding items does, any other as long as all items do.
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


def evaluate_list(node: Node, scope: NameScope, now: float) -> tuple[list[Value] | None, float]:
    """The items of a list, None where it is unknown; and until when it has these items."""
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


def _json(node: Apply, value: Value) -> Value:
    """A value written as JSON; with a path, what stands there in a text that is JSON."""
    assert node.applied is not None
    if len(node.arguments) == 1:
        return _written(value)
    path = parse_json_path(node.applied.name)
    if path is None or not isinstance(value.plain, str):
        return Value(None, value.until)
    return Value(read_json(value.plain, path), value.until)


def _written(value: Value) -> Value:
    """As JSON at this moment: an age is written as it is now, what is unknown as `null`.

    Letters are not escaped: core/console/command.py has to see the characters that it refuses.
    """
    return Value(json.dumps(value.plain, ensure_ascii=False), value.until)


def _listed(values: list[Value]) -> Value:
    until = min((value.until for value in values), default=inf)
    plains: list[Plain] = [value.plain for value in values]
    if any(plain is None for plain in plains):
        return Value(None, until)
    return Value(tuple(plains), until)
