"""A list of texts, of which the next one is said each time."""

from __future__ import annotations

import pytest

from automaton.actions.say import Say
from automaton.schema.next_of import NextOf
from tests.core.story import book
from tests.rulebook.texts import told


def read(say: str) -> NextOf:
    (rule,) = book(f"rules: [{{id: a, when: {{event: ready}}, do: [{{say: {say}}}]}}]").rules
    (step,) = rule.do
    assert isinstance(step, Say)
    assert isinstance(step.say, NextOf)
    return step.say


def test_it_is_known_by_its_texts_and_their_order() -> None:
    names = [read(say).name for say in ("{next: [a, b]}", "{next: [a, b], order: listed}")]
    others = [read(say).name for say in ("{next: [b, a]}", "{next: [a, b], order: random}")]

    assert names[0] == names[1]
    assert len({names[0], *others}) == 3


def test_the_text_is_the_one_whose_turn_it_is() -> None:
    said = read("{next: [a, b, c]}")

    assert [said.text(turn, "x").source for turn in range(4)] == ["a", "b", "c", "a"]
    assert {read("{next: [a, b, c], order: random}").text(turn, "x").source for turn in range(3)} == {*"abc"}


@pytest.mark.parametrize(
    ("say", "problem"),
    [
        ("{next: []}", "an empty list says nothing"),
        ("{nxt: [a]}", "unknown key `nxt`"),
        ("{next: [a], order: shuffled}", "expected `listed`, `random`"),
        ("{next: ['${playr}']}", "unknown name `playr`"),
        ("[a, b]", "a text is expected here"),
        ('{next: ["a\\tb"]}', "what is typed at a console is one line, without control characters"),
    ],
)
def test_what_is_wrong_with_it_is_told(say: str, problem: str) -> None:
    found = told(f"rules: [{{id: a, when: {{event: ready}}, do: [{{say: {say}}}]}}]", None)

    assert problem in "\n".join(found)
