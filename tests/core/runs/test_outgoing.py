"""A call goes through the gates in their order, and the first that holds it says why."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import Signal
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.gates.limits import Allowance, Budget, Limits
from automaton.expr.expression import parse_expression
from automaton.match.glob import compile_glob
from tests.core.story import Story

TELLING = "rules: [{id: a, when: {event: crash}, until: 1h, do: [{notify: ops, text: hi}, {send: list}]}]"
POWERING = (
    "rules: [{id: a, when: {event: crash}, until: 1h, do: [{power: restart}, {notify: ops, text: hi}]}]"
)
NOTHING_ALLOWED = (Allowance(),)
ALL = (Allowance(None, frozenset(Signal), (compile_glob("*"),)),)


ALL_HOLD = frozenset({"silence", "mute", "panel", "crash"})
MANY = parse_expression("count(connected) > 0")
LIVE = Limits(
    arm=Arm.LIVE, settle=60.0, allow=NOTHING_ALLOWED, power_server=Budget(0, 60.0), hold_power_if=MANY
)
SETTLED = replace(LIVE, settle=0.0)
ALLOWED = replace(SETTLED, allow=ALL)


def story(rules: str, limits: Limits, holding: Set[str] = frozenset()) -> Story:
    """A crash at 10 s; what is named of ALL_HOLD holds what it sets off."""
    mutes = "{id: b, when: {event: install.started}, until: 1h, mutes: {rules: [a], actions: [power]}}"
    told = Story(rules.replace("]}]", f"]}}, {mutes}]"), limits)
    if "silence" in holding:
        told.at(1.0, ev.SilenceBegan, server="", id="s1", rules=("a",), servers=("lobby",), until=100.0)
    if "hold" in holding:
        told.at(1.0, ev.HoldBegan, server="")
    if "mute" in holding:
        told.happens(2.0, "install.started").happens(3.0, "install.completed")
    if "panel" in holding:
        told.at(4.0, ev.PanelLost)
    if "crash" in holding:
        told.state(9.0, State.OFFLINE)
    return told.happens(10.0, "crash")


@pytest.mark.parametrize(
    ("limits", "holding", "expected"),
    [
        pytest.param(Limits(), ALL_HOLD, ["shadow", "shadow"], id="shadow before a silence"),
        pytest.param(LIVE, ALL_HOLD, ["silenced"], id="a silence before a mute"),
        pytest.param(LIVE, ALL_HOLD - {"silence"}, ["muted"], id="a mute before a hold"),
        pytest.param(LIVE, {"hold", "panel", "crash"}, ["on_hold"], id="a hold before settling"),
        pytest.param(LIVE, {"panel", "crash"}, ["settling"], id="settling before authority"),
        pytest.param(SETTLED, {"panel", "crash"}, ["refused"], id="authority before the Panel"),
        pytest.param(ALLOWED, {"panel", "crash"}, ["panel_down"], id="the Panel before a crash"),
        pytest.param(ALLOWED, {"crash"}, ["crash_pending"], id="a crash before budgets"),
        pytest.param(ALLOWED, set(), ["over_limit"], id="budgets before the fleet"),
        pytest.param(replace(ALLOWED, power_server=None), set(), ["held_by_fleet"], id="the fleet last"),
    ],
)
def test_the_first_gate_that_holds_a_call_is_the_one_that_is_told(
    limits: Limits, holding: Set[str], expected: list[str]
) -> None:
    """In the order of the verdicts, which `why-not` and people rely on."""
    told = story(POWERING, limits, holding)

    assert [str(one.verdict) for one in told.decisions if one.rule == "a" and one.held] == expected
    assert told.calls == []


def test_the_verdicts_are_in_the_order_of_their_gates() -> None:
    asked = [
        Verdict.SHADOW, Verdict.SILENCED, Verdict.MUTED, Verdict.ON_HOLD, Verdict.SETTLING,
        Verdict.REFUSED, Verdict.PANEL_DOWN, Verdict.CRASH_PENDING, Verdict.OVER_LIMIT, Verdict.HELD_BY_FLEET,
    ]  # fmt: skip

    assert [verdict for verdict in Verdict if verdict in asked] == asked


def test_a_notice_that_is_silenced_is_kept_back_and_the_run_goes_on_to_what_ends_it() -> None:
    told = story(TELLING, Limits(arm=Arm.LIVE), {"silence"})

    assert [(str(one.verdict), one.held[0].verb) for one in told.decisions if one.held] == [
        ("silenced", "notify"),
        ("silenced", "send"),
    ]
    assert told.until(100.0).calls == ["100 notify ops: hi"]


def test_what_stands_behind_a_silenced_step_is_not_told_though_the_incident_is_open() -> None:
    rule = "rules: [{id: a, when: {event: crash}, until: 1h, do: [{say: hi}, {notify: ops, text: on}]}]"
    told = story(rule, Limits(arm=Arm.LIVE), {"silence"})

    assert (told.until(1000.0).calls, told.rule_state("a").phase) == ([], "open")


def test_what_would_have_been_done_in_shadow_spends_no_budget() -> None:
    told = Story(POWERING.replace("until: 1h", "until: 1s"), Limits(power_server=Budget(1, 600.0)))
    told.happens(10.0, "crash").happens(20.0, "crash").until(30.0)

    assert "20 over_limit" not in told.verdicts


def test_an_active_run_acts_no_further_than_its_rule_may_by_now() -> None:
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
