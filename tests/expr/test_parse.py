"""What is no expression is told with its place and what to write instead; nothing else is ever raised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.errors import Invalid
from automaton.expr.expression import parse_expression

_WORDS = """
    and or not in true false state it . ( ) [ ] , + - * / == != < > >= = ! % 5 90% 1h 8GiB 9MB "a" 'b' " $ {
"""
WORDS = st.sampled_from(_WORDS.split())


@pytest.mark.parametrize(
    ("text", "offset", "message", "suggestion"),
    [
        ("", 0, "an expression is expected", ""),
        ("   ", 0, "an expression is expected", ""),
        ("x > 1.5h", 4, "a duration is written like `30s`, `10m` or `1h30m`", "1h30m"),
        ("x > 512MB", 4, "a size is written with a binary unit, for the others mean two things", "512MiB"),
        ("not " * 80 + "a", 80, "an expression is at most 60 levels deep", ""),
        ("a" * 4001, 4000, "an expression is at most 4000 characters long", ""),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, offset: int, message: str, suggestion: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_expression(text)

    assert (caught.value.problem.offset, caught.value.problem.message, caught.value.problem.suggestion) == (
        offset,
        message,
        suggestion,
    )


@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join), st.lists(WORDS).map("".join)))
def test_nothing_else_is_ever_raised(text: str) -> None:
    problem = None
    try:
        parse_expression(text)
    except Invalid as error:
        problem = error.problem

    assert problem is None or (0 <= (problem.offset or 0) <= len(text) and problem.message)


def test_it_knows_what_it_reads() -> None:
    expression = parse_expression('it.player in ["a", name] and console_age > avg(memory, 5m)')

    assert expression.names == {"it.player", "name", "console_age", "memory"}
    assert expression.functions == {"avg"}


def test_equal_sources_are_equal_and_hash_alike() -> None:
    assert {parse_expression("a > 1"), parse_expression("a > 1")} == {parse_expression("a > 1")}
    assert parse_expression("a > 1") != parse_expression("a > 2")


@pytest.mark.parametrize(
    "name", ["android", "nothing", "order", "inner", "trueish", "it.in", "it.not", "not_x", "it.or.and.in"]
)
def test_a_name_may_begin_with_a_word_of_the_language(name: str) -> None:
    assert parse_expression(name).names == {name}
