"""The expression language: a text becomes an expression, a template, a unit or a glob, or is refused.

Only Invalid is raised, with an offset inside the text. What was parsed has one canonical form that parses to
itself, is checked without an error of our own, and has a value whatever the facts are.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, nan

from automaton.core.expression import Applied
from automaton.core.facts.kind import Kind
from automaton.core.facts.table import EVERY_FACT
from automaton.core.truth import UNKNOWN, Value
from automaton.errors import Invalid
from automaton.expr.expression import parse_expression
from automaton.expr.printing import show
from automaton.expr.template import check_template, parse_template
from automaton.expr.type_check import check as check_kinds
from automaton.expr.units import duration, size
from automaton.expr.unparse import unparse
from automaton.match.glob import compile_glob
from automaton.match.pattern import compile_pattern
from fuzz.corpus import expressions

_VALUES = tuple(
    map(Value, (None, True, 0, -1, 10**18, 0.5, 1e308, inf, nan, "", "text", "0", "\u202e${x}", ("a", 1)))
)


class _Facts:
    """Every fact, field and function has one of the values, by its name."""

    def __init__(self, turn: int) -> None:
        self._turn = turn

    def read(self, name: str) -> Value:
        return _VALUES[(self._turn + len(name)) % len(_VALUES)]

    def apply(self, applied: Applied) -> Value:
        return _VALUES[(self._turn + len(str(applied))) % len(_VALUES)] if self._turn else UNKNOWN


def check(data: bytes) -> None:
    """Reads a text in every way in which a rule's author may mean it."""
    text = data.decode(errors="replace")
    for read in (duration, size, compile_glob, compile_pattern):
        try:
            read(text)
        except Invalid as error:
            _has_place(error, text)
    _check_expression(text)
    try:
        template = parse_template(text)
    except Invalid as error:
        _has_place(error, text)
        return
    check_template(template, EVERY_FACT)
    for turn in range(3):
        template.fill(_Facts(turn), 0.0)


def seeds() -> Iterator[bytes]:
    """The expressions of recipes and tests, and what goes to the bounds."""
    for text in expressions():
        yield text.encode()
        yield f"a ${{{text}}} b $${{c}}".encode()
    yield from (
        b"not " * 40 + b"true",
        b"(" * 60 + b"1" + b")" * 60,
        b"1" * 400,
        b"9" * 15 + b"GiB",
        b"1e999",
    )
    yield from (b"1 / 0", b"-" * 70 + b"1", b"10m5s", b"*a*b?c*", b"^(a+)+$", b"(?P<n>\\d{1,1000})")


def _check_expression(text: str) -> None:
    try:
        expression = parse_expression(text)
    except Invalid as error:
        _has_place(error, text)
        return
    check_kinds(expression, EVERY_FACT, Kind.ANY)
    canonical = unparse(expression.tree)
    assert unparse(parse_expression(canonical).tree) == canonical, "the canonical form has another one"
    for turn in range(3):
        facts = _Facts(turn)
        show(expression.evaluate(facts, 0.0), None)
        expression.truth(facts, 0.0)
        expression.explain(facts, 0.0)


def _has_place(error: Invalid, text: str) -> None:
    offset = error.problem.offset
    assert offset is None or 0 <= offset <= len(text), "a mistake that is shown outside of the text"
