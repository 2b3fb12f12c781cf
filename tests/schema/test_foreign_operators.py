"""Each operator of another language is told where it stands, and hides nothing behind it."""

from __future__ import annotations

import pytest

from automaton.problem import FilePlace
from automaton.schema.foreign_operators import MOST, with_our_operators
from automaton.schema.scalar import Scalar
from tests.rulebook.texts import told

PLACE = FilePlace("r.yml", 3, 10)


@pytest.mark.parametrize(
    ("text", "ours", "problems"),
    [
        ("players > 3", "players > 3", []),
        ("a && !b", "a  and   not b", [(2, "and"), (5, "not")]),
        ('state === "x" || b', 'state  ==  "x"  or  b', [(6, "=="), (14, "or")]),
        ("a && b >", None, [(2, "and"), (8, "")]),
        ("a =~ 'x'", None, [(2, "matches(a, 'x')")]),
    ],
)
def test_all_are_told_and_the_expression_with_ours_is_read(
    text: str, ours: str | None, problems: list[tuple[int, str]]
) -> None:
    found, told_ = with_our_operators(Scalar(text, PLACE))

    assert found == ours
    assert [(one.offset, one.suggestion) for one in told_] == problems


def test_what_stands_behind_a_replaced_one_keeps_its_place() -> None:
    found, _ = with_our_operators(Scalar("a && b || c", PLACE))

    assert found is not None
    assert found.at(found.index("c")) == FilePlace("r.yml", 3, 20)


def test_another_language_altogether_is_left_alone_after_some() -> None:
    assert with_our_operators(Scalar("a" + " && a" * (MOST + 1), PLACE))[0] is None


def test_a_wrong_name_behind_them_is_told_in_the_same_pass() -> None:
    problems = told('rules: [{id: a, while: "playrs > 3 && !suspendd", do: [end]}]')

    assert [problem.split("error: ")[1].split(";")[0] for problem in problems] == [
        "unknown name `playrs`, did you mean `players`?",
        "`&&` is not a word of this language",
        "`!` is not a word of this language",
        "unknown name `suspendd`, did you mean `suspended`?",
    ]
