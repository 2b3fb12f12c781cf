"""What a step comes to when its call was answered, and which steps a run may come to."""

from __future__ import annotations

import pytest

from automaton.core.decision import Verdict
from automaton.core.outcome import Outcome, Result
from automaton.core.rules.action import EndRun, Next, answered, walk
from tests.core.story import book


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome(Result.DONE, "so it is"), Next()),
        (Outcome(Result.UNKNOWN, "no answer came"), Next(Verdict.UNCERTAIN, "no answer came")),
        (Outcome(Result.REFUSED, "not yours"), EndRun(Verdict.FAILED, "not yours")),
        (Outcome(Result.FAILED, "no route"), EndRun(Verdict.FAILED, "no route")),
        (None, Next()),
    ],
)
def test_only_what_certainly_did_not_happen_ends_the_run(
    outcome: Outcome | None, expected: Next | EndRun
) -> None:
    assert answered(outcome) == expected


def test_each_step_is_met_before_those_inside_it_and_those_after_it() -> None:
    text = """
        rules:
          - id: a
            when: {event: crash}
            do:
              - if: connected
                do: [{if: installing, do: [{send: list}]}, end]
                else: [{notify: ops}]
              - {mute: 1h}
        """
    (rule,) = book(text).rules

    assert [step.verb for step in walk((rule.do,))] == ["if", "if", "send", "end", "notify", "mute"]
