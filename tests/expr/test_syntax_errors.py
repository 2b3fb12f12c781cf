"""A text that is no expression says what is wrong where, and what to write instead."""

from __future__ import annotations

import pytest

from automaton.errors import Invalid
from automaton.expr.expression import parse_expression


@pytest.mark.parametrize(
    ("text", "offset", "message", "suggestion"),
    [
        ("1 < x < 3", 6, "comparisons do not chain", "a < b and b < c"),
        ("state and", 9, "a value is missing", ""),
        ("state && x", 6, "`&&` is not a word of this language", "and"),
        ("a AND b", 2, "`AND` is not a word of this language", "and"),
        ("!a", 0, "`!` is not a word of this language", "not"),
        ("a = 3", 2, "`=` is not a word of this language", "=="),
        ("a is b", 2, "`is` is not a word of this language", "=="),
        ("(a or b", 7, "`)` is missing", ""),
        ("[1, 2", 5, "`]` is missing", ""),
        ("a or b)", 6, "`)` closes nothing", ""),
        ("a b", 2, "an operator is missing", ""),
        ("it.", 3, "a name is missing", ""),
        ('state == "run', 9, "the text is not closed", ""),
        ("x > 5 %", 6, "`%` stands right behind its number", "90%"),
        ("${state}", 0, "an expression stands bare here, without `${…}`", "state"),
        ("a @ b", 2, "this character is not part of the language", ""),
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


@pytest.mark.parametrize("word", ["=~", "~="])
def test_what_searches_elsewhere_is_answered_with_matches(word: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_expression(f'name {word} "x"')

    why = "a text is matched by a function"
    assert caught.value.problem.message == f"`{word}` is not a word of this language: {why}"
    assert caught.value.problem.suggestion == 'matches(name, "x")'
