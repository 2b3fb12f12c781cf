"""Fields that hold triggers and actions: one, several, or what is waited for."""

from __future__ import annotations

import pytest

from automaton.actions.wait import Wait
from automaton.expr.expression import Expression
from automaton.schema.kinds import ActionModel, TriggerModel
from tests.rulebook.texts import load, told


def step(text: str) -> ActionModel:
    loaded = load(f"rules: [{{id: a, when: {{event: crash}}, do: [{text}]}}]", None)
    assert [str(problem) for problem in loaded.problems] == []
    found = loaded.rules[0].do[0]
    assert isinstance(found, ActionModel)
    return found


@pytest.mark.parametrize("word", ["end", "save", "probe"])
def test_a_word_alone_is_an_action_that_needs_no_value(word: str) -> None:
    found = step(word)

    assert isinstance(found, ActionModel)
    assert found.verb == word


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("5m", float),
        ("1h30m", float),
        ("players == 0", Expression),
        ("connected", Expression),
        ("{event: ready}", TriggerModel),
        ('{schedule: "0 5 * * *"}', TriggerModel),
    ],
)
def test_what_is_waited_for_is_told_apart_by_its_shape(text: str, kind: type) -> None:
    wait = step(f"{{wait: {text}}}")

    assert isinstance(wait, Wait)
    assert isinstance(wait.wait, kind)


def test_a_word_alone_that_needs_a_value_is_told() -> None:
    (problem,) = told("rules: [{id: a, when: {event: crash}, do: [power]}]")

    assert "`power` needs a value" in problem


def test_the_mistakes_of_all_steps_are_told() -> None:
    assert len(told("rules: [{id: a, when: {event: crash}, do: [{sya: x}, {wait: 5}, {power: up}]}]")) == 3


def test_the_steps_inside_a_step_can_be_changed() -> None:
    outer = step("{if: connected, do: [{say: a}], else: [{wait: 1m}]}")

    same = outer.changed(lambda inner: inner)
    emptied = outer.changed(lambda inner: step("end"))
    assert same == outer
    assert [[one.verb for one in block] for block in emptied.blocks()] == [["end"], ["end"]]
