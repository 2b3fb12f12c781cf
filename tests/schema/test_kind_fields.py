"""How one kind of trigger or action is told from another in a file."""

from __future__ import annotations

import pytest

from automaton.actions.countdown import Countdown
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


def test_a_kind_may_have_a_key_that_is_another_kind_s_word() -> None:
    assert isinstance(step('{say: "in ${left}", countdown: 5m}'), Countdown)


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


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            "{id: a, when: [{event: crash}, {event: ready}]}",
            "a trigger is a mapping; found a list; write `any: […]`",
        ),
        ("{id: a, when: crash}", "a trigger is a mapping; found `crash`; write `{event: crash}`"),
        ("{id: a, when: {}}", "an empty trigger"),
        ("{id: a, when: {evnt: crash}}", "unknown trigger `evnt`, did you mean `event`?"),
        ("{id: a, when: {event: crash, state: any -> offline}}", "are two triggers"),
        ("{id: a, when: {event: crash}, do: [{say: x, send: y}]}", "`say` and `send` are two actions"),
        ("{id: a, when: {event: crash}, do: [power]}", "`power` needs a value"),
        ("{id: a, when: {event: crash}, do: [[end]]}", "an action is a mapping; found a list"),
    ],
)
def test_what_is_no_kind_is_told(rule: str, message: str) -> None:
    (problem,) = told(f"rules: [{rule}]")

    assert message in problem


def test_the_mistakes_of_all_steps_are_told() -> None:
    assert len(told("rules: [{id: a, when: {event: crash}, do: [{sya: x}, {wait: 5}, {power: up}]}]")) == 3


def test_the_steps_inside_a_step_can_be_changed() -> None:
    outer = step("{if: connected, do: [{say: a}], else: [{wait: 1m}]}")

    same = outer.changed(lambda inner: inner)
    emptied = outer.changed(lambda inner: step("end"))
    assert same == outer
    assert [[one.verb for one in block] for block in emptied.blocks()] == [["end"], ["end"]]
