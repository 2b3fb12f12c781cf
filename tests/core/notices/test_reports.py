"""The operator is told of what was held, dropped or failed: once, and of live rules only."""

from __future__ import annotations

import pytest

from automaton.core.arm import Arm
from automaton.core.calls import SendMessage
from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.limits import Limits
from automaton.core.moment import Moment
from automaton.core.notices.reports import REPORT_EVERY, Reports
from automaton.core.rules.rule import Rule
from automaton.core.targets.rule_state import RuleState
from automaton.delivery.notification import is_incident
from tests.core.story import LOBBY, target_of

LIVE = Limits(arm=Arm.LIVE, report="boss")


class Desk:
    """Reports of one rule, and what they said."""

    def __init__(self, limits: Limits = LIVE, arm: Arm = Arm.LIVE) -> None:
        self._log = DecisionCollector()
        self._reports = Reports(GateState(limits), self._log)
        self._rule_state = RuleState(Rule(id="a", arm=arm), target_of(LOBBY))

    def tell(self, mono: float, verdict: Verdict, detail: str = "") -> list[str]:
        self._reports.tell(self._rule_state, verdict, detail, Moment(mono, mono))
        return self._said()

    def announce(self, what: str, why: str = "") -> list[str]:
        self._reports.announce(what, why, Moment(0.0, 0.0))
        return self._said()

    def _said(self) -> list[str]:
        calls = [asked.call for one in self._log.take() for asked in one.calls]
        return [f"{call.channel}: {call.text}" for call in calls if isinstance(call, SendMessage)]


def test_a_report_names_server_rule_and_reason() -> None:
    sentence = Verdict.FAILED.sentence

    assert Desk().tell(0.0, Verdict.FAILED, "no answer") == [f"boss: lobby: rule a: {sentence} (no answer)"]
    assert Desk().tell(0.0, Verdict.FAILED) == [f"boss: lobby: rule a: {sentence}"]


def test_the_same_reason_is_reported_again_only_after_a_while_and_another_one_at_once() -> None:
    desk = Desk()
    desk.tell(0.0, Verdict.FAILED)

    assert desk.tell(REPORT_EVERY - 1, Verdict.FAILED) == []
    assert len(desk.tell(REPORT_EVERY - 1, Verdict.REFUSED)) == 1
    assert len(desk.tell(REPORT_EVERY, Verdict.FAILED)) == 1


def test_what_concerns_the_fleet_is_told_each_time_and_belongs_to_no_rule() -> None:
    desk = Desk()

    assert [desk.announce("all is on hold", "a new world") for _ in range(2)] == [
        ["boss: all is on hold: a new world"]
    ] * 2
    assert desk.announce("released") == ["boss: released"]


@pytest.mark.parametrize("limits", [Limits(arm=Arm.LIVE), Limits(report="boss")])
def test_nothing_is_announced_without_a_channel_or_in_shadow(limits: Limits) -> None:
    assert Desk(limits).announce("all is on hold") == []


@pytest.mark.parametrize(
    "desk",
    [
        pytest.param(Desk(Limits(arm=Arm.LIVE)), id="no channel"),
        pytest.param(Desk(Limits(report="boss")), id="limits in shadow"),
        pytest.param(Desk(arm=Arm.SHADOW), id="rule in shadow"),
    ],
)
def test_nothing_is_reported_without_a_channel_or_for_a_rule_in_shadow(desk: Desk) -> None:
    assert desk.tell(0.0, Verdict.FAILED) == []


def test_a_report_about_a_value_of_digits_is_taken_for_no_incident() -> None:
    log = DecisionCollector()
    state = RuleState(Rule(id="a", arm=Arm.LIVE), target_of(LOBBY), ("123456",))
    Reports(GateState(LIVE), log).tell(state, Verdict.OVER_LIMIT, "", Moment(0.0, 0.0))
    (call,) = [asked.call for one in log.take() for asked in one.calls]

    assert isinstance(call, SendMessage)
    assert not is_incident(call.ref)
