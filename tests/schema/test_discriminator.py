"""A mapping is of the kind whose word is among its keys: exactly one."""

from __future__ import annotations

import pytest

from automaton.actions.countdown import Countdown
from automaton.schema.kinds import ActionModel
from tests.rulebook.texts import load, told


def step(text: str) -> ActionModel:
    loaded = load(f"rules: [{{id: a, when: {{event: crash}}, do: [{text}]}}]", None)
    assert [str(problem) for problem in loaded.problems] == []
    found = loaded.rules[0].do[0]
    assert isinstance(found, ActionModel)
    return found


def test_a_kind_may_have_a_key_that_is_another_kind_s_word() -> None:
    assert isinstance(step('{say: "in ${left}", countdown: 5m}'), Countdown)


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
        (
            "{id: a, when: {event: crash, state: any -> offline}}",
            "write `any: [{event: crash}, {state: any -> offline}]`",
        ),
        ("{id: a, when: {event: crash}, do: [{say: x, send: y}]}", "expected `- say: x`, `- send: y`"),
        ("{id: a, when: {event: crash}, do: [[end]]}", "an action is a mapping; found a list"),
    ],
)
def test_what_is_no_kind_is_told(rule: str, message: str) -> None:
    (problem,) = told(f"rules: [{rule}]")

    assert message in problem
