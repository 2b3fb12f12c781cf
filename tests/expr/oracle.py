"""A slow and obvious evaluator, and expressions at random: what the real one is measured against.

Every name has a value at every moment; an age is the moment less its beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from automaton.core.expression import Applied
from automaton.core.truth import UNKNOWN, Plain, Value

Source = tuple[object, ...] | str


@dataclass(frozen=True)
class Age:
    """Runs by itself. `at_least`: it is a lower bound."""

    began: float
    at_least: bool = False


@dataclass(frozen=True)
class Ages:
    """A scope for one moment."""

    facts: Mapping[str, Plain | Age]
    now: float

    def read(self, name: str) -> Value:
        fact = self.facts.get(name)
        if isinstance(fact, Age):
            return Value(self.now - fact.began, slope=1.0, at_least=fact.at_least)
        return UNKNOWN if fact is None else Value(fact)

    def apply(self, applied: Applied) -> Value:
        return UNKNOWN


TRUTHS = ("installing", "suspended", "connected")
NUMBERS = ("memory_pct", "cpu_pct", "console_age", "state_age")

facts = st.fixed_dictionaries(
    {
        **{name: st.sampled_from([True, False, None]) for name in TRUTHS},
        "memory_pct": st.one_of(st.none(), st.integers(-5, 5)),
        "cpu_pct": st.one_of(st.none(), st.integers(-5, 5)),
        "console_age": st.one_of(st.none(), st.integers(-5, 100).map(lambda began: Age(float(began)))),
        "state_age": st.one_of(st.none(), st.integers(-5, 100).map(lambda began: Age(float(began)))),
    }
)

_numbers = st.recursive(
    st.one_of(st.integers(0, 9).map(str), st.sampled_from(NUMBERS)),
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(
        lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
    ),
    max_leaves=4,
)
_comparisons = st.tuples(_numbers, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), _numbers).map(
    " ".join
)

truths = st.recursive(
    st.one_of(st.sampled_from([*TRUTHS, "true", "false"]), _comparisons.map(lambda text: f"({text})")),
    lambda inner: st.one_of(
        inner.map(lambda text: f"not ({text})"),
        st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map(
            lambda parts: f"({parts[0]}{parts[1]}{parts[2]})"
        ),
    ),
    max_leaves=6,
)


def obvious(text: str, facts: Mapping[str, Plain | Age], now: float) -> Plain:
    """What the expression says, by Python's own parser and the laws written out one by one."""
    import ast

    def number(plain: object) -> bool:
        return isinstance(plain, int | float) and not isinstance(plain, bool)

    def say(node: ast.expr) -> Plain:
        match node:
            case ast.Constant(value=value):
                return value  # type: ignore[return-value]
            case ast.Name(id=name):
                fact = facts.get(name)
                return now - fact.began if isinstance(fact, Age) else fact
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                said = say(operand)
                return None if said is None else not said
            case ast.BoolOp(op=op, values=values):
                said_all = [say(value) for value in values]
                decisive = isinstance(op, ast.Or)
                if decisive in said_all:
                    return decisive
                return None if None in said_all else not decisive
            case ast.BinOp(left=left, op=op, right=right):
                a, b = say(left), say(right)
                if not (number(a) and number(b)):
                    return None
                assert isinstance(a, int | float)
                assert isinstance(b, int | float)
                match op:
                    case ast.Add():
                        return a + b
                    case ast.Sub():
                        return a - b
                    case ast.Mult():
                        return a * b
                    case _:
                        return a / b if b else None
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                a, b = say(left), say(right)
                if a is None or b is None:
                    return None
                assert isinstance(a, int | float)
                assert isinstance(b, int | float)
                return bool(eval(f"{a!r} {_SIGNS[type(op)]} {b!r}"))  # two numbers of our own
        raise AssertionError(ast.dump(node))

    return say(ast.parse(text.replace("true", "True").replace("false", "False"), mode="eval").body)


def _signs() -> dict[type, str]:
    import ast

    return {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


_SIGNS = _signs()
