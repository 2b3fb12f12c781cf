"""The steps that change a server itself: told what became of them, and never sent twice."""

from __future__ import annotations

import pytest

from automaton.core.outcome import Outcome, Result
from automaton.schema.maintenance import PanelStep, why_failed
from tests.core.story import book


@pytest.mark.parametrize("step", ["{files: {delete: a}}", "{startup: {A: b}}", "reinstall"])
def test_they_are_load_errors_in_a_rule_wider_than_a_server(step: str) -> None:
    with pytest.raises(AssertionError, match="acts on one server, and this rule looks at a whole node"):
        book(f"rules: [{{id: a, by: node, while: share(not connected) > 0.5, do: [{step}]}}]")


@pytest.mark.parametrize("step", ["{files: {delete: a}}", "{startup: {A: b}}", "reinstall"])
def test_they_need_the_servers_hand(step: str) -> None:
    (found,) = book(f"rules: [{{id: a, when: {{event: ready}}, do: [{step}]}}]").rules[0].do

    assert isinstance(found, PanelStep)
    assert found.needs_lock


def test_a_certain_failure_is_told_as_it_was_answered_and_an_uncertain_one_as_that() -> None:
    assert why_failed(Outcome(Result.REFUSED, "no")) == "no"
    assert why_failed(Outcome(Result.UNKNOWN, "silent")) == (
        "nothing tells whether it was done, and it is not asked for again: silent"
    )
