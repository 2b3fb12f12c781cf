"""Which runs go on at a target and for a rule, and what a reload leaves of them."""

from __future__ import annotations

import pytest

from automaton.core.events import State
from automaton.core.moment import Moment
from automaton.core.rules.incident import Incident
from automaton.core.rules.rule import Rule
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.run import Run, RunKind
from automaton.core.targets.rule_state import RuleState
from tests.core.story import LOBBY, Story, book, target_of

WAITING = """
    rules:
      - id: a
        when: {event: crash}
        do: [{wait: {console: "^ready"}, within: 1h}, {if: 'avg(memory_pct, 5m) > 50', do: [end]}]
    """
OTHER = "rules: [{id: a, when: {event: crash}, do: [{notify: ops}]}]"


def state_of(id_: str = "a") -> RuleState:
    return RuleState(Rule(id=id_), target_of(LOBBY))


def run_of(active: ActiveRuns, rule_state: RuleState, kind: RunKind = RunKind.DO) -> Run:
    incident = Incident(1, Moment(0.0, 0.0))
    return Run(1, rule_state.rule, rule_state, incident, [], active.registers, kind)


def test_an_end_goes_on_beside_the_run_that_comes_after_it() -> None:
    active, rule_state = ActiveRuns(), state_of()
    end, new = run_of(active, rule_state, RunKind.CLEAR), run_of(active, rule_state)

    active.enter(end)
    assert (active.own(rule_state), active.beside(rule_state)) == (end, ())
    active.enter(new)
    assert (active.own(rule_state), active.beside(rule_state)) == (new, (end,))
    assert active.of(rule_state) == [new, end]


def test_an_end_goes_on_beside_the_run_that_was_there_before_it() -> None:
    active, rule_state = ActiveRuns(), state_of()
    own, end = run_of(active, rule_state), run_of(active, rule_state, RunKind.CLEAR)
    for one in (own, end):
        active.enter(one)

    assert (active.own(rule_state), active.beside(rule_state)) == (own, (end,))


def test_who_makes_way_goes_on_beside_the_next() -> None:
    active, rule_state = ActiveRuns(), state_of()
    first, second = run_of(active, rule_state), run_of(active, rule_state)
    active.enter(first)
    active.step_aside(rule_state)
    assert (active.own(rule_state), active.beside(rule_state)) == (None, (first,))

    active.step_aside(rule_state)  # nobody is there any more who could
    active.enter(second)
    assert active.of(rule_state) == [second, first]


def test_who_leaves_is_gone_from_its_target_and_its_rule() -> None:
    active, rule_state = ActiveRuns(), state_of()
    run, beside = run_of(active, rule_state), run_of(active, rule_state, RunKind.ESCALATION)
    for one in (run, beside):
        active.enter(one)
    assert list(active.at("u-lobby")) == [run, beside]

    for one in (beside, run):
        active.leave(one)
    assert (active.at("u-lobby"), active.all(), active.of(rule_state)) == ((), [], [])


def test_the_runs_of_one_rule_are_nothing_to_another() -> None:
    active, one, other = ActiveRuns(), state_of("a"), state_of("b")
    run = run_of(active, one)
    active.enter(run)

    assert (active.of(one), active.of(other)) == ([run], [])
    assert (active.is_idle(one), active.is_idle(other)) == (False, True)


@pytest.mark.parametrize("kind", RunKind)
def test_a_rule_with_a_run_of_any_kind_is_not_idle_until_it_left(kind: RunKind) -> None:
    active, rule_state = ActiveRuns(), state_of()
    run = run_of(active, rule_state, kind)
    active.enter(run)
    assert not active.is_idle(rule_state)

    active.leave(run)
    assert active.is_idle(rule_state)


def test_a_rule_with_an_open_incident_is_not_idle() -> None:
    active, rule_state = ActiveRuns(), state_of()
    rule_state.open(1, Moment(0.0, 0.0), {})
    assert not active.is_idle(rule_state)

    rule_state.clear(Moment(1.0, 1.0))
    assert active.is_idle(rule_state)


def test_who_leaves_gives_its_slot_back() -> None:
    active, rule_state = ActiveRuns(), state_of()
    run = run_of(active, rule_state)
    active.enter(run)
    run.take_slot()
    assert (run.has_slot, active.powering) == (True, {run})

    active.leave(run)
    assert (run.has_slot, active.powering) == (False, set())


def test_a_run_that_a_reload_outlived_still_asks_what_its_steps_ask() -> None:
    story = Story(WAITING).happens(1.0, "crash")
    active, before, after = story.engine._active, book(WAITING).rules, book(OTHER).rules
    assert active.waits_for() == {"^ready"}

    story.adopt(2.0, OTHER)
    assert [one.text for one in active.still_asked(after)["a"]] == ["avg(memory_pct, 5m)"]
    assert active.still_heard(after) == active.all()[0].rule.hears()
    assert active.still_asked(before).keys() == {"a"}  # it is another book's rule, though it reads the same


def test_power_actions_that_are_under_way_are_counted() -> None:
    story = Story("rules: [{id: a, when: {event: crash}, do: [{power: restart}]}]").happens(1.0, "crash")
    powering = story.engine._active.powering
    assert len(powering) == 1

    story.state(2.0, State.STOPPING).state(3.0, State.STARTING).state(4.0, State.RUNNING)
    assert len(powering) == 0


def test_who_acts_on_the_power_of_a_server_is_found_there_while_it_has_its_slot() -> None:
    active, rule_state = ActiveRuns(), state_of()
    run = run_of(active, rule_state)
    active.enter(run)

    assert active.powering_at(run.home) is None
    run.take_slot()
    assert active.powering_at(run.home) is run
    assert active.powering_at("elsewhere") is None
    run.free_slot()
    assert active.powering_at(run.home) is None
