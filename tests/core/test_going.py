"""Who goes on at a place, and what a reload leaves of it."""

from __future__ import annotations

from automaton.core.events import State
from automaton.core.going import Going
from automaton.core.incident import Incident
from automaton.core.moment import Moment
from automaton.core.rule import Rule
from automaton.core.run import Run, RunKind
from automaton.core.standing import Standing
from tests.core.story import LOBBY, Story, book, place_of

WAITING = """
    rules:
      - id: a
        when: {event: crash}
        do: [{wait: {console: "^ready"}, within: 1h}, {if: 'avg(memory_pct, 5m) > 50', do: [end]}]
    """
OTHER = "rules: [{id: a, when: {event: crash}, do: [{notify: ops}]}]"


def run_of(standing: Standing, kind: RunKind) -> Run:
    return Run(1, standing.rule, standing, Incident(1, Moment(0.0, 0.0)), [], kind)


def test_an_end_goes_on_beside_the_run_that_comes_after_it() -> None:
    going, standing = Going(), Standing(Rule(id="a"), 0, place_of(LOBBY))
    end, new = run_of(standing, RunKind.CLEAR), run_of(standing, RunKind.DO)

    going.enter(end)
    assert (standing.run, standing.sides) == (end, [])
    going.enter(new)
    assert (standing.run, standing.sides) == (new, [end])


def test_who_leaves_is_gone_from_its_place_and_its_rule() -> None:
    going, standing = Going(), Standing(Rule(id="a"), 0, place_of(LOBBY))
    run, side = run_of(standing, RunKind.DO), run_of(standing, RunKind.ESCALATION)
    for one in (run, side):
        going.enter(one)
    assert list(going.at("u-lobby")) == [run, side]

    for one in (side, run):
        going.leave(one)
    assert (going.at("u-lobby"), going.all(), standing.run, standing.sides) == ((), [], None, [])


def test_a_run_that_a_reload_outlived_still_asks_what_its_steps_ask() -> None:
    story = Story(WAITING).happens(1.0, "crash")
    going, before, after = story.engine.runner.going, book(WAITING), book(OTHER)
    assert going.waits_for() == {"^ready"}

    story.adopt(2.0, OTHER)
    assert [one.text for one in going.still_asked(after)["a"]] == ["avg(memory_pct, 5m)"]
    assert going.still_heard(after) == story.engine.runner.going.all()[0].rule.hears()
    assert going.still_asked(before).keys() == {"a"}  # it is another book's rule, though it reads the same


def test_power_actions_that_are_under_way_are_counted() -> None:
    story = Story("rules: [{id: a, when: {event: crash}, do: [{power: restart}]}]").happens(1.0, "crash")
    assert story.engine.runner.going.powers() == 1

    story.state(2.0, State.STOPPING).state(3.0, State.STARTING).state(4.0, State.RUNNING)
    assert story.engine.runner.going.powers() == 0
