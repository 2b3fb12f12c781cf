"""Who goes on at a place, and what a reload leaves of it."""

from __future__ import annotations

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


def run_of(rule_state: RuleState, kind: RunKind) -> Run:
    return Run(1, rule_state.rule, rule_state, Incident(1, Moment(0.0, 0.0)), [], kind)


def test_an_end_goes_on_beside_the_run_that_comes_after_it() -> None:
    active, rule_state = ActiveRuns(), RuleState(Rule(id="a"), 0, target_of(LOBBY))
    end, new = run_of(rule_state, RunKind.CLEAR), run_of(rule_state, RunKind.DO)

    active.enter(end)
    assert (rule_state.run, rule_state.sides) == (end, [])
    active.enter(new)
    assert (rule_state.run, rule_state.sides) == (new, [end])


def test_who_leaves_is_gone_from_its_place_and_its_rule() -> None:
    active, rule_state = ActiveRuns(), RuleState(Rule(id="a"), 0, target_of(LOBBY))
    run, side = run_of(rule_state, RunKind.DO), run_of(rule_state, RunKind.ESCALATION)
    for one in (run, side):
        active.enter(one)
    assert list(active.at("u-lobby")) == [run, side]

    for one in (side, run):
        active.leave(one)
    assert (active.at("u-lobby"), active.all(), rule_state.run, rule_state.sides) == ((), [], None, [])


def test_a_run_that_a_reload_outlived_still_asks_what_its_steps_ask() -> None:
    story = Story(WAITING).happens(1.0, "crash")
    active, before, after = story.engine.runner.active, book(WAITING), book(OTHER)
    assert active.waits_for() == {"^ready"}

    story.adopt(2.0, OTHER)
    assert [one.text for one in active.still_asked(after)["a"]] == ["avg(memory_pct, 5m)"]
    assert active.still_heard(after) == story.engine.runner.active.all()[0].rule.hears()
    assert active.still_asked(before).keys() == {"a"}  # it is another book's rule, though it reads the same


def test_power_actions_that_are_under_way_are_counted() -> None:
    story = Story("rules: [{id: a, when: {event: crash}, do: [{power: restart}]}]").happens(1.0, "crash")
    assert story.engine.runner.active.powers() == 1

    story.state(2.0, State.STOPPING).state(3.0, State.STARTING).state(4.0, State.RUNNING)
    assert story.engine.runner.active.powers() == 0
