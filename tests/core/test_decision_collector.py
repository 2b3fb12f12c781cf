"""Dull evaluations are counted, news is told."""

from __future__ import annotations

from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.facts.facts import Facts
from automaton.core.moment import Moment
from automaton.core.rules.rule import Rule
from automaton.core.targets.rule_state import RuleState
from tests.core.story import LOBBY, target_of

NOW = Moment(0.0, 0.0)


def told(*verdicts: Verdict) -> list[Verdict]:
    log, rule_state = DecisionCollector(), RuleState(Rule(id="a"), target_of(LOBBY))
    assert isinstance(rule_state.server.facts, Facts)
    for verdict in verdicts:
        log.thinks(rule_state, verdict, NOW)
    assert sum(log.counted.values()) == len(verdicts)
    return [decision.verdict for decision in log.take()]


def test_an_opinion_is_told_when_it_changes() -> None:
    assert told(Verdict.WAITING, Verdict.WAITING, Verdict.COOLING, Verdict.WAITING) == [
        Verdict.WAITING, Verdict.COOLING, Verdict.WAITING,
    ]  # fmt: skip


def test_a_lost_link_is_no_news_of_every_rule() -> None:
    assert told(Verdict.NOT_TRUE, Verdict.UNKNOWN, Verdict.NOT_TRUE) == []


def test_that_something_no_longer_holds_is_news() -> None:
    assert told(Verdict.WAITING, Verdict.NOT_TRUE) == [Verdict.WAITING, Verdict.NOT_TRUE]


def test_that_what_fired_is_open_goes_without_saying() -> None:
    assert told(Verdict.FIRED, Verdict.ALREADY_OPEN) == [Verdict.FIRED]


def test_what_was_taken_is_not_taken_again() -> None:
    log, rule_state = DecisionCollector(), RuleState(Rule(id="a"), target_of(LOBBY))
    log.tell(rule_state, Verdict.ENDED, NOW)

    assert len(log.take()) == 1
    assert log.take() == []
