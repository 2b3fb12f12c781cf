"""What is kept back is told when nothing holds it any more, and only if it is still true."""

from __future__ import annotations

from automaton.core.calls import SendMessage
from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.limits import Limits
from automaton.core.moment import Moment
from automaton.core.notices.held_notices import HeldNotices
from automaton.core.rules.incident import KEPT_BACK, Incident
from automaton.core.rules.rule import Rule
from automaton.core.targets.rule_state import RuleState
from tests.core.story import LIVE, LOBBY, target_of

NOW = Moment(10.0, 10.0)


def notice(text: str) -> SendMessage:
    return SendMessage(server=LOBBY.uuid, channel="ops", text=text)


class Kept:
    """One open incident whose rule muted itself for 20 s."""

    def __init__(self) -> None:
        self.log = DecisionCollector()
        self.gates = GateState(LIVE)
        self.held_notices = HeldNotices(self.gates, self.log)
        self.rule_state = RuleState(Rule(id="a"), target_of(LOBBY))
        self.incident = self.rule_state.open(1, NOW, {})
        self.rule_state.mute(20.0)

    def keep(self, *texts: str) -> Kept:
        for text in texts:
            self.held_notices.keep(self.rule_state, self.incident, notice(text))
        return self

    def release(self, mono: float) -> list[str]:
        self.held_notices.release(Moment(mono, mono))
        calls = [asked.call for one in self.log.take() for asked in one.calls]
        return [call.text for call in calls if isinstance(call, SendMessage)]


def test_they_are_told_together_in_order_once_nothing_holds_them() -> None:
    kept = Kept().keep("first", "second")

    assert kept.release(15.0) == []
    assert kept.release(20.0) == ["first", "second"]
    assert kept.release(21.0) == []
    assert kept.incident.told == {"ops"}


def test_what_is_over_by_then_is_told_to_nobody() -> None:
    kept = Kept().keep("first")
    kept.rule_state.clear(Moment(12.0, 12.0))

    assert kept.release(20.0) == []
    assert not kept.held_notices.keeping


def test_an_incident_that_is_over_keeps_nothing() -> None:
    kept = Kept()
    kept.held_notices.keep(kept.rule_state, Incident(2, NOW), notice("of another one"))

    assert kept.release(20.0) == []


def test_the_last_few_are_kept() -> None:
    kept = Kept().keep(*(str(number) for number in range(KEPT_BACK + 2)))

    assert kept.release(20.0) == [str(number) for number in range(2, KEPT_BACK + 2)]


def test_those_of_an_earlier_engine_are_remembered() -> None:
    before = Kept().keep("first")
    after = Kept()
    after.rule_state.incident = before.incident

    assert after.held_notices.remember(after.rule_state)
    assert after.release(20.0) == ["first"]
    assert not Kept().held_notices.remember(Kept().rule_state)


def test_that_it_was_held_is_told_with_it() -> None:
    kept = Kept().keep("first")
    kept.held_notices.release(Moment(20.0, 20.0))

    told = [(one.verdict, one.detail) for one in kept.log.take()]
    assert told == [(Verdict.ACTING, "what was held is told")]


def test_a_rule_that_is_in_shadow_by_then_only_logs_what_it_would_tell() -> None:
    kept = Kept().keep("first")
    kept.gates.limits = Limits()
    kept.held_notices.release(Moment(20.0, 20.0))

    (told,) = kept.log.take()
    assert (told.verdict, told.calls, told.held) == (Verdict.SHADOW, (), (notice("first"),))
    assert (kept.incident.told, kept.incident.would_tell) == (frozenset(), frozenset({"ops"}))
