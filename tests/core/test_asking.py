"""A call goes through the gates in their order, and the first that holds it says why."""

from __future__ import annotations

import pytest

from automaton.core import events as ev
from automaton.core.calls import Signal
from automaton.core.gates import Allowance, Budget, Limits
from automaton.core.rule import Arm
from automaton.match.glob import compile_glob
from tests.core.story import Story

TELLING = "rules: [{id: a, when: {event: crash}, until: 1h, do: [{notify: ops, text: hi}, {send: list}]}]"
POWERING = (
    "rules: [{id: a, when: {event: crash}, until: 1h, do: [{power: restart}, {notify: ops, text: hi}]}]"
)
NOTHING_ALLOWED = (Allowance(),)
ALL = (Allowance(None, frozenset(Signal), (compile_glob("*"),)),)


def story(rules: str, limits: Limits, *, silenced: bool = False) -> Story:
    told = Story(rules, limits)
    if silenced:
        told.at(1.0, ev.SilenceBegan, server="", id="s1", rules=("*",), servers=("lobby",), until=100.0)
    return told.happens(10.0, "crash")


@pytest.mark.parametrize(
    ("limits", "silenced", "expected"),
    [
        pytest.param(Limits(allow=NOTHING_ALLOWED), True, ["refused"], id="authority before all else"),
        pytest.param(Limits(), True, ["shadow", "shadow"], id="shadow before a silence"),
        pytest.param(
            Limits(arm=Arm.LIVE, power_server=Budget(0, 60.0)),
            True,
            ["silenced"],
            id="a silence before budgets",
        ),
        pytest.param(
            Limits(arm=Arm.LIVE, power_server=Budget(0, 60.0)), False, ["over_limit"], id="budgets last"
        ),
    ],
)
def test_the_first_gate_that_holds_a_call_is_the_one_that_is_told(
    limits: Limits, silenced: bool, expected: list[str]
) -> None:
    told = story(POWERING, limits, silenced=silenced)

    assert [str(one.verdict) for one in told.decisions if one.held] == expected
    assert told.calls == []


def test_a_notice_that_is_silenced_is_kept_back_and_the_run_goes_on_to_what_ends_it() -> None:
    told = story(TELLING, Limits(arm=Arm.LIVE), silenced=True)

    assert [(str(one.verdict), one.held[0].verb) for one in told.decisions if one.held] == [
        ("silenced", "notify"),
        ("silenced", "send"),
    ]
    assert told.until(100.0).calls == ["100 notify ops: hi"]


def test_what_would_have_been_done_in_shadow_spends_no_budget() -> None:
    told = Story(POWERING.replace("until: 1h", "until: 1s"), Limits(power_server=Budget(1, 600.0)))
    told.happens(10.0, "crash").happens(20.0, "crash").until(30.0)

    assert "20 over_limit" not in told.verdicts


def test_a_going_run_acts_no_further_than_its_rule_may_by_now() -> None:
    rules = "rules: [{id: a, when: {event: crash}, until: 1h, do: [{wait: 60s}, {send: list}]}]"
    told = Story(rules).happens(10.0, "crash").adopt(20.0, rules.replace("id: a", "id: a, arm: shadow"))

    assert told.until(100.0).calls == []
    assert "70 shadow" in told.verdicts


def test_a_command_of_ours_is_expected_as_an_echo_only_if_it_really_went_out() -> None:
    rules = """
        rules:
          - {id: a, when: {event: crash}, do: [{send: say hi}]}
          - {id: b, when: {console: "^say hi$"}, do: [{notify: ops, text: heard}]}
        """
    for limits, heard in ((Limits(arm=Arm.LIVE), []), (Limits(), ["2 shadow"])):
        told = Story(rules, limits).happens(1.0, "crash")
        before = len(told.verdicts)
        told.line(2.0, "say hi")

        assert [one for one in told.verdicts[before:] if one == "2 shadow"] == heard
