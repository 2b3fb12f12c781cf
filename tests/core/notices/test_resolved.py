"""Who heard of an opening hears of its end, and nobody else."""

from __future__ import annotations

import pytest

from automaton.core.arm import Arm
from automaton.core.calls import SendMessage, SendResolved
from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.limits import Limits
from automaton.core.moment import Moment
from automaton.core.notices.resolved import ResolvedNotices
from automaton.core.rules.rule import Rule
from automaton.core.targets.rule_state import RuleState
from tests.core.story import LIVE, LOBBY, Story, target_of

OPENED, CLEARED = Moment(10.0, 10.0), Moment(70.0, 70.0)


class Ended:
    """An incident of one minute of which `ops` and `boss` heard."""

    def __init__(self, rule: Rule, limits: Limits = LIVE) -> None:
        self.log = DecisionCollector()
        self.resolved = ResolvedNotices(GateState(limits), self.log)
        self.rule_state = RuleState(rule, target_of(LOBBY))
        self.incident = self.rule_state.open(1, OPENED, {})
        self.incident.told |= {"ops", "boss"}
        self.rule_state.clear(CLEARED)

    def told(self, verdict: Verdict = Verdict.CLEARED) -> list[str]:
        self.resolved.tell(self.rule_state, self.incident, verdict, CLEARED)
        calls = [asked.call for one in self.log.take() for asked in one.calls]
        return [f"{call.channel}: {call.text}" for call in calls if isinstance(call, SendResolved)]


def test_each_channel_that_heard_is_told_how_long_it_was() -> None:
    assert Ended(Rule(id="a", arm=Arm.LIVE)).told() == [
        "boss: lobby: a is over after 1m",
        "ops: lobby: a is over after 1m",
    ]


def test_what_the_rule_itself_tells_is_not_told_again_unless_it_no_longer_can() -> None:
    rule = Rule(id="a", arm=Arm.LIVE, tells_end=frozenset({"ops", "boss"}))

    assert Ended(rule).told() == []
    assert Ended(rule).told(Verdict.WITHDRAWN) == [
        f"{channel}: lobby: a is closed after 1m: {Verdict.WITHDRAWN.sentence}" for channel in ("boss", "ops")
    ]


@pytest.mark.parametrize(("arm", "verdict"), [(Arm.SHADOW, Verdict.SHADOW), (Arm.LIVE, Verdict.SILENCED)])
def test_in_shadow_or_silence_only_what_would_be_told_is_logged(arm: Arm, verdict: Verdict) -> None:
    ended = Ended(Rule(id="a", arm=arm))
    ended.rule_state.mute(100.0)
    ended.resolved.tell(ended.rule_state, ended.incident, Verdict.CLEARED, CLEARED)

    assert [(one.verdict, one.calls, len(one.held)) for one in ended.log.take()] == [(verdict, (), 1)] * 2


def test_in_shadow_those_count_as_told_that_would_have_been() -> None:
    live, shadow = Ended(Rule(id="a", arm=Arm.LIVE)), Ended(Rule(id="a", arm=Arm.SHADOW))
    for ended in (live, shadow):
        ended.incident.would_tell |= {"night"}

    assert live.resolved.told(live.rule_state.rule, live.incident) == {"boss", "ops"}
    assert shadow.resolved.told(shadow.rule_state.rule, shadow.incident) == {"boss", "night", "ops"}


def test_the_end_belongs_to_the_notice_of_the_opening() -> None:
    """Also where the key has more to it than its server."""
    text = """
        rules:
          - id: a
            by: [it.player]
            when: {event: player.join}
            until: 1m
            do: [{notify: ops}]
        """
    story = Story(text).happens(1.0, "player.join", player="Steve").until(100.0)

    opening, end = (call for _, _, call in story.asked)
    assert isinstance(opening, SendMessage)
    assert isinstance(end, SendResolved)
    assert end.ref == opening.ref
