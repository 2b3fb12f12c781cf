"""What follows the failure of an action."""

from __future__ import annotations

import pytest

from automaton.actions.end import End
from automaton.actions.save import Save
from automaton.core.decision import Verdict
from automaton.core.rules.action import EndRun, Into, Next, Progress, StepResult
from tests.rulebook.texts import told

STEPS = (End(),)
WITH_REASON: StepResult = {"status": 3, "reason": "it is broken"}


@pytest.mark.parametrize(
    ("save", "expected"),
    [
        (Save(), EndRun(Verdict.FAILED, "it is broken")),
        (Save(else_=STEPS), Into(STEPS, detail="it is broken", result=WITH_REASON)),
        (Save(optional=True), Next(Verdict.ELSE, "it is broken", WITH_REASON)),
    ],
)
def test_a_failure_leads_into_the_else_goes_on_or_ends_the_run(save: Save, expected: Progress) -> None:
    assert save.failed("it is broken", {"status": 3}) == expected


def test_one_does_not_write_an_else_for_what_is_optional() -> None:
    rule = "rules: [{id: a, when: {event: ready}, do: [{save: 60s, optional: true, else: [end]}]}]"

    assert told(rule) == [
        "r.yml:1:44: error: `optional: true` is an `else` that does nothing: write one of them"
    ]


def test_a_step_that_was_written_before_there_was_optional_is_still_the_same_step() -> None:
    assert repr(Save(save=60.0, else_=())) == "Save(save=60.0, else_=())"
    assert repr(Save(save=60.0, optional=True)) == "Save(save=60.0, else_=None, optional=True)"


def test_its_own_keys_stand_before_those_that_all_have() -> None:
    assert Save.known_keys() == ["save", "else", "optional"]
