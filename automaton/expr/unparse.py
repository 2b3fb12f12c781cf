"""A tree as text in its one canonical form: single spaces, no needless brackets, `60s` as `1m`.

It makes names for things that are the same however they were written. People are shown what they wrote.
"""

from __future__ import annotations

from automaton.core.facts.kind import Kind
from automaton.core.truth import Plain
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
    Operator,
    Or,
)
from automaton.expr.units import BYTES, write_duration

OR, AND, NOT, COMPARISON, SUM, PRODUCT, UNARY, ATOM = range(8)


def unparse(node: Node) -> str:
    """The canonical text of a tree."""
    return _unparse(node, OR)


def _unparse(node: Node, least: int) -> str:
    """The text, in brackets where its operator binds looser than `least`."""
    binds, text = _bound(node)
    return text if binds >= least else f"({text})"


def _bound(node: Node) -> tuple[int, str]:
    match node:
        case Literal(plain=plain, kind=kind):
            return (UNARY if _is_negative(plain) else ATOM), _literal(plain, kind)
        case Name(name=name):
            return ATOM, name
        case ListOf(items=items):
            return ATOM, f"[{_listed(items)}]"
        case Apply(function=function, arguments=items):
            return ATOM, f"{function}({_listed(items)})"
        case Or(items=items):
            return OR, " or ".join(_unparse(item, AND) for item in items)
        case And(items=items):
            return AND, " and ".join(_unparse(item, NOT) for item in items)
        case Not(item=item):
            return NOT, f"not {_unparse(item, NOT)}"
        case Compare(left=left, how=how, right=right):
            return COMPARISON, f"{_unparse(left, SUM)} {how} {_unparse(right, SUM)}"
        case In(item=item, among=among):
            return COMPARISON, f"{_unparse(item, SUM)} in {_unparse(among, SUM)}"
        case Negative(item=item):
            return UNARY, f"-{_unparse(item, UNARY)}"
        case Arithmetic(left=left, operator=operator, right=right):
            binds = SUM if operator in (Operator.PLUS, Operator.MINUS) else PRODUCT
            return binds, f"{_unparse(left, binds)} {operator} {_unparse(right, binds + 1)}"


def _listed(items: tuple[Node, ...]) -> str:
    return ", ".join(unparse(item) for item in items)


def _is_negative(plain: Plain) -> bool:
    return isinstance(plain, int | float) and plain < 0


def _literal(plain: Plain, kind: Kind) -> str:
    match plain:
        case bool():
            return "true" if plain else "false"
        case str():
            return f"'{plain}'" if '"' in plain else f'"{plain}"'
        case int() | float() if plain < 0:
            return f"-{_literal(-plain, kind)}"
        case int() | float():
            return _quantity(plain, kind)
        case _:
            return str(plain)


def _quantity(number: int | float, kind: Kind) -> str:
    match kind:
        case Kind.DURATION:
            return write_duration(number)
        case Kind.SIZE:
            fitting = [(unit, length) for unit, length in BYTES.items() if number and number % length == 0]
            unit, length = fitting[-1] if fitting else ("B", 1)
            return f"{round(number / length)}{unit}"
        case Kind.PERCENT:
            return f"{number}%"
        case _:
            return str(number)
