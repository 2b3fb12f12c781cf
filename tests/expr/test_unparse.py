"""One spelling for what means the same."""

from __future__ import annotations

import pytest
from hypothesis import given

from automaton.expr.expression import parse_expression
from automaton.expr.unparse import unparse
from tests.expr.oracle import truths


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("avg( memory_pct,300s )", "avg(memory_pct, 5m)"),
        ("(a or b) and not (c)", "(a or b) and not c"),
        ("a-(b-c)-d", "a - (b - c) - d"),
        ("(a*b)+c", "a * b + c"),
        ("a*(b+c)", "a * (b + c)"),
        ("x not in ['a',\"b\"]", 'not x in ["a", "b"]'),
        ("- a > -3", "-a > -3"),
        ("memory > 1024MiB and m < 1.5GiB", "memory > 1GiB and m < 1536MiB"),
        ("m > 0B", "m > 0B"),
        ("pct>90%", "pct > 90%"),
        ("it.a == 'say \"x\"'", "it.a == 'say \"x\"'"),
        ("true", "true"),
    ],
)
def test_the_one_spelling(text: str, spelled: str) -> None:
    assert unparse(parse_expression(text).tree) == spelled


@given(truths)
def test_a_spelling_is_spelled_alike(text: str) -> None:
    spelled = unparse(parse_expression(text).tree)

    assert unparse(parse_expression(spelled).tree) == spelled
