"""What is right of a wrong step is judged in the same pass, and never said twice."""

from __future__ import annotations

import pytest

from automaton.rulebook.catalogue import all_kinds
from automaton.schema.context import ValidationContext
from automaton.schema.nodes import read
from automaton.schema.unread_step import unread_step
from tests.rulebook.texts import told


def lines(text: str) -> list[str]:
    return [line.split(": ", 1)[1] for line in told(text) if ": error: " in line]


def test_every_field_of_every_action_can_be_read_alone() -> None:
    for kind in all_kinds().actions.values():
        for name, field in kind.model_fields.items():
            node = read(f"{field.alias or name}: 5m", "r.yml")

            step = unread_step(node, [kind], ValidationContext(kinds=all_kinds(), partial=True))

            assert step.verb == kind.verb
            assert not step.is_whole


@pytest.mark.parametrize(
    ("steps", "messages"),
    [
        (
            '[{powr: restart}, {notify: nobody, text: "${playr}"}]',
            ["unknown action `powr`", "unknown channel `nobody`", "unknown name `playr`"],
        ),
        (
            '[{notfy: ops, txt: hello, severity: loud}]',
            ["unknown action `notfy`", "unknown key `txt`", "`loud` is not possible here"],
        ),
        (
            '[{notify: [], text: "${playr}"}]',
            ["an empty list says nothing", "unknown name `playr`"],
        ),
        (
            '[{power: restrt, else: [{notify: nobody}, {if: playrs > 1, do: [{notify: ops, at: 1}]}]}]',
            ["`restrt` is not possible here", "unknown channel `nobody`", "unknown name `playrs`",
             "unknown key `at`"],
        ),
        (
            '[{notify: nobody, power: restart, text: "${playr}"}]',
            ["unknown name `playr`", "`notify` and `power` are two actions"],
        ),
        (
            '[{http: status, optional: true, else: [end]}, {notify: ops, text: "${result.body}"}]',
            ["`optional: true` is an `else`"],
        ),
        (
            '[{curl: status}, {notify: ops, text: "${result.status}"}]',
            ["unknown action `curl`"],
        ),
        (
            '[{wait: 5m, else: [{notify: ops, text: "${result.reason} ${result.status}"}]}]',
            ["a time always passes", "`result.status` cannot be read here"],
        ),
    ],
)  # fmt: skip
def test_one_mistake_in_a_step_hides_no_other(steps: str, messages: list[str]) -> None:
    found = lines(f"rules: [{{id: a, while: suspended, cooldown: 5m, do: {steps}}}]")

    assert len(found) == len(messages)
    for message in messages:
        assert sum(message in one for one in found) == 1, (message, found)
