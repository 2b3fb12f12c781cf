"""What is remembered of a rule for one key: times of its clock, and that nothing is made before need."""

from __future__ import annotations

from math import inf

import pytest

from automaton.core.moment import Moment
from automaton.core.schedule.timers import A_DAY
from automaton.core.targets.rule_memory import NEVER_RUN, STILL, UNMATCHED, UNTIMED
from automaton.core.targets.rule_state import RuleState
from tests.core.story import HIGH, LOBBY, Story, book, target_of

HOURLY = 'rules: [{{id: a, when: {{schedule: "0 * * * *", tz: UTC{missed}}}, do: [{{notify: ops}}]}}]'
AN_HOUR = 3600.0
NOW = Moment(5.0, 10 * AN_HOUR + 1800.0)
"""Half past ten."""


def hourly(missed: str = "") -> RuleState:
    (rule,) = book(HOURLY.format(missed=missed and f", missed: {missed}")).rules
    return RuleState(rule, target_of(LOBBY))


@pytest.mark.parametrize(
    ("missed", "checked", "expected"),
    [
        pytest.param("", None, 11.0, id="nothing can have been missed"),
        pytest.param("run", 9.9 * AN_HOUR, 10.0, id="missed once"),
        pytest.param("run", 3.0 * AN_HOUR, 10.0, id="missed often, made up once"),
        pytest.param("run", 10.1 * AN_HOUR, 11.0, id="nothing was missed"),
        pytest.param("skip", 3.0 * AN_HOUR, 11.0, id="not made up"),
    ],
)
def test_what_was_missed_is_due_at_once_and_only_the_last_of_it(
    missed: str, checked: float | None, expected: float
) -> None:
    state = hourly(missed)
    state.begin_clock(NOW, checked)

    assert state.clock.begins_at == expected * AN_HOUR


def test_what_was_missed_more_than_a_day_ago_is_not_made_up() -> None:
    text = 'rules: [{id: a, when: {schedule: "0 0 2 1 *", tz: UTC, missed: run}, do: [{notify: ops}]}]'
    (rule,) = book(text).rules  # at the end of the first day, and then a year later
    clocked = []
    for days in (1.9, 2.1):
        state = RuleState(rule, target_of(LOBBY))
        state.begin_clock(Moment(5.0, days * A_DAY), 0.5 * A_DAY)
        clocked.append(state.clock.begins_at / A_DAY)

    assert clocked == [1.0, 366.0]


def test_a_rule_without_a_clock_is_never_due() -> None:
    (rule,) = book("rules: [{id: a, when: {event: crash}, do: [{notify: ops}]}]").rules
    state = RuleState(rule, target_of(LOBBY))
    state.begin_clock(NOW)

    assert (state.clock.begins_at, state.clock.ends_at) == (inf, inf)


def test_an_end_by_the_clock_is_due_only_while_the_incident_is_open() -> None:
    text = (
        'rules: [{id: a, when: {event: crash}, until: {schedule: "0 * * * *", tz: UTC}, do: [{notify: ops}]}]'
    )
    (rule,) = book(text).rules
    state = RuleState(rule, target_of(LOBBY))
    state.begin_clock(NOW)
    assert state.clock.ends_at == inf

    state.open(1, NOW, {})
    state.begin_clock(NOW)
    assert state.clock.ends_at == 11 * AN_HOUR


def test_a_state_that_nothing_befell_has_no_clocks_and_counts_of_its_own() -> None:
    story = Story(HIGH).memory(0.0, 10)
    state = story.rule_state("high")

    kept = (state.hold, state.quiet, state.window, state.history, state.clock)
    assert kept == (STILL, STILL, UNMATCHED, NEVER_RUN, UNTIMED)
