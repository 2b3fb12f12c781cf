"""A standing is described as it is, and looking changes nothing of it."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.core.events import State
from automaton.core.explain import StateView, TimerView, state_view
from tests.core.story import HIGH, Story


def drawn(story: Story, rule: str) -> StateView:
    return state_view(story.rule_state(rule), story.engine.now, story.engine.runner)


def rule(text: str) -> Story:
    return Story(f"rules: [{{id: a, {text}}}]")


def test_a_hold_is_told_with_what_is_left_of_it() -> None:
    story = Story(HIGH).memory_from(0, 120, 95)

    assert drawn(story, "high").phase == "pending"
    assert drawn(story, "high").clocks == (TimerView("for", 120.0, 300.0, 180.0),)


def test_a_hold_stands_still_while_nobody_sees_the_server() -> None:
    story = Story(HIGH).memory_from(0, 120, 95).at(122, ev.LinkLost).until(200)

    assert drawn(story, "high").clocks == (TimerView("for", 122.0, 300.0, None, stands_still=True),)


def test_looking_changes_no_decision() -> None:
    """The same story with and without somebody who looks on all the time."""
    alone, watched = Story(HIGH), Story(HIGH)
    for second in range(0, 700, 5):
        pct = 95 if second < 400 else 70
        alone.memory(second, pct)
        watched.memory(second, pct)
        drawn(watched, "high")

    assert watched.decisions == alone.decisions
    assert "400 cleared" in watched.verdicts


def test_matches_are_counted_within_their_window() -> None:
    story = rule("when: {console: '^lag'}, count: 3, within: 1m, do: [{notify: ops, text: x}]")
    story.line(1, "lag").line(2, "lag")

    assert drawn(story, "a").clocks == (TimerView("count", 2, 3, counts=True, within=60.0),)


def test_the_quiet_time_of_an_open_incident_runs() -> None:
    story = rule("when: {console: '^lag'}, until: 10m, do: [{notify: ops, text: x}]")
    story.line(1, "lag").until(61)

    assert drawn(story, "a").phase == "open"
    assert drawn(story, "a").clocks == (TimerView("until", 60.0, 600.0, 540.0),)


def test_a_cooldown_and_a_breaker_are_told() -> None:
    story = rule(
        "when: {console: '^oom'}, cooldown: 1m, breaker: {max: 2, within: 1h}, do: [{notify: ops, text: x}]"
    )
    story.line(1, "oom").until(31)

    assert drawn(story, "a").clocks == (
        TimerView("cooldown", 30.0, 60.0, 30.0),
        TimerView("breaker", 1, 2, counts=True, within=3600.0),
    )


def test_a_breaker_that_tripped_says_when_it_resets() -> None:
    story = rule(
        "when: {console: '^oom'}, breaker: {max: 1, within: 1h, reset: 2h}, do: [{notify: ops, text: x}]"
    )
    story.line(1, "oom").line(2, "oom").until(62)

    assert drawn(story, "a").phase == "tripped"
    assert drawn(story, "a").clocks == (TimerView("breaker", 1, 1, 7140.0, counts=True, within=3600.0),)


def test_a_match_that_waits_for_unless_is_told() -> None:
    story = rule(
        "when: {state: any -> starting}, unless: {event: ready}, within: 3m, do: [{notify: ops, text: x}]"
    )
    story.state(10, State.STARTING).until(70)

    assert drawn(story, "a").clocks == (TimerView("unless", 60.0, 180.0, 120.0),)


def test_a_run_is_told_with_its_step_and_what_it_waits_for() -> None:
    story = rule("when: {console: '^go'}, do: [{notify: ops, text: x}, {wait: 1m}, {notify: ops, text: y}]")
    story.line(1, "go").until(21)
    (stand,) = drawn(story, "a").stands

    assert (stand.verb, stand.number, stand.steps, stand.of) == ("wait", 2, 3, "do")
    assert (stand.waits, stand.left) == ("for its time", 40.0)


def test_a_run_that_was_asked_of_the_world_waits_for_the_answer() -> None:
    story = rule("when: {console: '^go'}, do: [{notify: ops, text: x}]")
    story.answer = lambda _: None
    story.line(1, "go")
    (stand,) = drawn(story, "a").stands

    assert (stand.verb, stand.waits, stand.left) == ("notify", "for the answer to what it asked", None)


def test_a_backoff_is_told() -> None:
    story = rule("when: {console: '^go'}, backoff: [15s], do: [{notify: ops, text: x}]")
    story.line(1, "go").until(6)
    (stand,) = drawn(story, "a").stands

    assert (stand.waits, stand.left) == ("for the end of `backoff`", 10.0)


def test_an_escalation_has_a_step_of_its_own() -> None:
    story = rule(
        'while: state == "offline", do: [{wait: 1h}],'
        " escalate: [{after: 1m, do: [{wait: 5m}, {notify: ops, text: x}]}]"
    )
    story.state(1, State.OFFLINE).until(100)

    assert [(one.of, one.verb, one.steps) for one in drawn(story, "a").stands] == [
        ("do", "wait", 1),
        ("escalate", "wait", 2),
    ]
