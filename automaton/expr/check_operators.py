"""What is wrong with the two sides of a comparison, of `in` and of arithmetic, and the kind of a result."""

from __future__ import annotations

from dataclasses import replace

from automaton.core.facts.kind import Kind
from automaton.did_you_mean import nearest
from automaton.expr.checker import TypeChecker
from automaton.expr.tree import (
    Apply,
    Arithmetic,
    Compare,
    Comparing,
    In,
    ListOf,
    Literal,
    Name,
    Node,
    Operator,
    walk,
)
from automaton.expr.units import write_duration
from automaton.expr.unparse import unparse
from automaton.expr.value_kinds import NAMES, NUMERIC, comparable, is_growing, product, sum_of, with_article
from automaton.words_of_others import At, meant


def check_comparison(checker: TypeChecker, node: Compare) -> None:
    """Two kinds that go together, in an order if one is asked for, and a text that can come."""
    sides = replace(checker, compared=node)
    left, right = sides.kind(node.left), sides.kind(node.right)
    if left is None or right is None:
        return
    if not comparable(left, right):
        wrong, other, at = right, left, node.right
        if _with_unit(right, node.left):  # the number without its unit is on the left
            wrong, other, at = left, right, node.left
        message = f"{with_article(other)} is compared with {with_article(wrong)}"
        if Kind.TRUTH in (left, right):
            checker.add(node, message, unparse(node), "a truth by itself", _as_truth(node, left))
        else:
            expected = f"{with_article(other)} {_AS[other]}".strip() if other in _AS else with_article(other)
            if other is Kind.SIZE and (minutes := _minutes(at)):
                message += f": `{minutes}m` is {minutes} minutes"
                expected = f"a size as `{minutes}MiB` or `{minutes}GiB`"
            checker.add(at, message, with_article(wrong), expected, _with_unit(other, at))
    elif node.how not in (Comparing.EQUAL, Comparing.UNEQUAL) and left not in (*NUMERIC, Kind.ANY):
        message = f"{NAMES[left]}s have no order"
        checker.add(node, message, f"`{node.how}`", "`==` or `!=`")
    elif left is Kind.LIST:
        checker.add(node, "a list is asked with `in`", f"`{node.how}`", '`"prod" in tags`')
    else:
        _possible(checker, node.left, node.right)
        _possible(checker, node.right, node.left)
        _in_percent(checker, node.left, node.right)
        _in_percent(checker, node.right, node.left)


def check_membership(checker: TypeChecker, node: In) -> None:
    """A list on the right, and on the left what can be among its items."""
    kind = checker.kind(node.item)
    among = checker.kind(node.among)
    if among is not None and among is not Kind.LIST:
        message = f"{with_article(among)} where a list is wanted"
        checker.add(node.among, message, expected='a list as `["a", "b"]`')
    if not isinstance(node.among, ListOf):
        if kind not in (None, Kind.TEXT, Kind.ANY):
            message = f"{with_article(kind)} is looked for among texts"
            checker.add(node.item, message, expected="a text in quotes")
        return
    for other in node.among.items:
        other_kind = replace(checker, problems=[]).kind(other)  # its problems were added with the list
        if kind is not None and other_kind is not None and not comparable(kind, other_kind):
            message = f"{with_article(kind)} is compared with {with_article(other_kind)}"
            checker.add(other, message, suggestion=_with_unit(kind, other))
        else:
            _possible(checker, node.item, other)


def arithmetic_kind(checker: TypeChecker, node: Arithmetic) -> Kind | None:
    """The kind of a sum or product, None and a problem where there is none."""
    left, right = checker.number(node.left), checker.number(node.right)
    if left is None or right is None:
        return None
    if node.operator in (Operator.PLUS, Operator.MINUS):
        kind = sum_of(left, right)
        if kind is None:
            suggestion = _with_unit(left, node.right) or _with_unit(right, node.left)
            message = f"{with_article(left)} and {with_article(right)} make no sum"
            checker.add(node.right, message, with_article(right), with_article(left), suggestion)
        return kind
    if not _stays_straight(checker, node):
        return None
    kind = product(left, right, over=node.operator is Operator.OVER)
    is_share = _is_written_share(node)
    if kind is None or is_share:
        verb = "divided by" if node.operator is Operator.OVER else "multiplied by"
        hint = "a bare number: `0.9` for 90 %" if Kind.PERCENT in (left, right) else "a bare number"
        message = f"{with_article(left)} is {verb} {with_article(right)}"
        checker.add(node.right, message, with_article(right), hint)
        return None
    return kind


def _is_written_share(node: Arithmetic) -> bool:
    """A `90%` as a factor: it is 90, and `memory_limit * 90%` would be ninety limits."""
    sides = (node.left, node.right)
    return (
        node.operator is Operator.TIMES
        and any(isinstance(side, Literal) and side.kind is Kind.PERCENT for side in sides)
        and not all(isinstance(side, Literal) for side in sides)
    )


def _possible(checker: TypeChecker, name: Node, literal: Node) -> None:
    """Adds a problem for a text that the fact can never be."""
    if not (isinstance(name, Name) and isinstance(literal, Literal) and isinstance(literal.plain, str)):
        return
    fact = checker.facts.get(name.name)
    if fact is None or not fact.values or literal.plain in fact.values:
        return
    places = {"state": At.STATE, "stopped_by": At.STOPPED_BY}
    found = meant(places.get(name.name, At.CHOICE), literal.plain)
    near = found.write if found is not None else nearest(literal.plain, fact.values) or ""
    message = f"`{name.name}` is never `{literal.plain}`"
    if near and near not in fact.values:  # what was meant is another fact
        why = f": {found.why}" if found is not None and found.why else ""
        checker.add(literal, message + why, f'"{literal.plain}"', suggestion=near)
        return
    values = ", ".join(f'"{value}"' for value in fact.values)
    checker.add(literal, message, f'"{literal.plain}"', values, f'"{near}"' if near else "")


def _in_percent(checker: TypeChecker, share: Node, literal: Node) -> None:
    """Adds a problem for a share that is compared with 90 instead of 0.9."""
    if not (isinstance(share, Apply) and share.function == "share" and isinstance(literal, Literal)):
        return
    if isinstance(literal.plain, int | float) and literal.plain > 1:
        found = f"{literal.plain}%" if literal.kind is Kind.PERCENT else f"{literal.plain}"
        message = "a share lies between 0 and 1"
        checker.add(literal, message, f"`{found}`", "`0.3` for 30 %", f"{literal.plain / 100:g}")


def _stays_straight(checker: TypeChecker, node: Arithmetic) -> bool:
    """Whether an age in it still grows in a straight line: only then can its crossings be computed."""
    for one, other in ((node.left, node.right), (node.right, node.left)):
        constant = not any(isinstance(part, Name | Apply) for part in walk(other))
        upside_down = node.operator is Operator.OVER and one is node.right
        if is_growing(one, checker.facts) and (upside_down or not constant):
            verb = "divided by" if upside_down or node.operator is Operator.OVER else "multiplied by"
            message = f"an age is {verb} something that is not constant"
            if upside_down:
                message = "nothing can be divided by an age"
            checker.add(one, message, expected="an age times or over a written number")
            return False
    return True


_AS = {Kind.SIZE: "as `8GiB`", Kind.DURATION: "as `10m`", Kind.NUMBER: "as `5`", Kind.PERCENT: "as `90`"}
_WORDS_OF_TRUTH = {
    **dict.fromkeys(("yes", "true", "on", "1", "y"), True),
    **dict.fromkeys(("no", "false", "off", "0", "n", ""), False),
}
"""What people write for a truth, in quotes or as a number."""


def _as_truth(node: Compare, left: Kind) -> str:
    """`not it.ok` for `it.ok == "no"`; empty where the other side says neither."""
    truth, other = (node.left, node.right) if left is Kind.TRUTH else (node.right, node.left)
    says = _WORDS_OF_TRUTH.get(str(other.plain).lower()) if isinstance(other, Literal) else None
    if says is None or node.how not in (Comparing.EQUAL, Comparing.UNEQUAL):
        return ""
    return unparse(truth) if says is (node.how is Comparing.EQUAL) else f"not {unparse(truth)}"


def _minutes(node: Node) -> int:
    """The `5` of `5m`, which elsewhere may be a size; 0 for what is not written in minutes."""
    if not (isinstance(node, Literal) and node.kind is Kind.DURATION and isinstance(node.plain, int | float)):
        return 0
    written = write_duration(node.plain).removesuffix("m")
    return int(written) if written.isdigit() else 0


def _with_unit(kind: Kind, node: Node) -> str:
    """A bare number with a unit of this kind, empty where a unit is not what is missing."""
    if not (isinstance(node, Literal) and node.kind is Kind.NUMBER and isinstance(node.plain, int | float)):
        return ""
    if kind is Kind.DURATION and node.plain >= 0:
        return write_duration(node.plain)
    return f"{node.plain}MiB" if kind is Kind.SIZE else ""
