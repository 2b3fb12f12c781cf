"""What follows the failure of an action."""

from __future__ import annotations

import pytest

from automaton.actions.end import End
from automaton.actions.http import Http
from automaton.actions.save import Save
from automaton.core.decision import Verdict
from automaton.core.outcome import Outcome, Result
from automaton.core.rules.action import EndRun, Into, Next, Progress, StepResult
from tests.core.story import book
from tests.rulebook.texts import told

STEPS = (End(),)
STATUS = "status"
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


ANSWERED: StepResult = {"status": 503, "body": "no"}


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome(Result.DONE, "so it is", status=503, body="no"), Next(result=ANSWERED)),
        (Outcome(Result.DONE, "so it is"), Next(result={"status": None, "body": ""})),
        (
            Outcome(Result.UNKNOWN, "no answer came"),
            Next(Verdict.UNCERTAIN, "no answer came", {"status": None, "body": ""}),
        ),
        (Outcome(Result.REFUSED, "not yours"), EndRun(Verdict.FAILED, "not yours")),
        (Outcome(Result.FAILED, "no route"), EndRun(Verdict.FAILED, "no route")),
        (None, Next(result={"status": None, "body": ""})),
    ],
)
def test_only_what_certainly_did_not_happen_is_a_failure(outcome: Outcome | None, expected: Progress) -> None:
    assert Http(http=STATUS).answered(outcome) == expected


def test_what_was_answered_stands_beside_the_reason() -> None:
    outcome = Outcome(Result.REFUSED, "it answers HTTP 503", status=503, body="no")

    told = {**ANSWERED, "reason": "it answers HTTP 503"}
    assert Http(http=STATUS, else_=STEPS).answered(outcome) == Into(
        STEPS, detail="it answers HTTP 503", is_reported=True, result=told
    )


def test_one_does_not_write_an_else_for_what_is_optional() -> None:
    rule = "rules: [{id: a, when: {event: ready}, do: [{save: 60s, optional: true, else: [end]}]}]"

    assert told(rule) == [
        "r.yml:1:44: error: `optional: true` is an `else` that does nothing: write one of them"
    ]


def test_a_step_that_was_written_before_there_was_optional_is_still_the_same_step() -> None:
    assert repr(Save(save=60.0, else_=())) == "Save(save=60.0, else_=())"
    assert repr(Http(http=STATUS)) == "Http(http='status', method='POST', json_=None)"
    assert repr(Save(save=60.0, optional=True)) == "Save(save=60.0, else_=None, optional=True)"


def test_its_own_keys_stand_before_those_that_all_have() -> None:
    assert Save.known_keys() == ["save", "else", "optional"]


def test_a_step_with_a_body_of_json_is_printed_too() -> None:
    rule = "rules: [{id: a, when: {event: ready}, do: [{http: status, json: {a: [1, {b: x}]}}]}]"

    assert "json_=" in repr(book(rule).rules[0].do[0])
