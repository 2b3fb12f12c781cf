"""Waiting for a time, for a truth, or for something to happen."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.core.decision import Verdict
from automaton.core.events import State
from tests.core.story import DONE, Story
from tests.ruletest.run_case import failures


def story(wait: str) -> Story:
    return Story(f"rules: [{{id: a, when: {{event: crash}}, do: [{wait}, {{notify: ops, text: on}}]}}]")


def test_a_time_passes() -> None:
    assert story("{wait: 90s}").happens(1.0, "crash").until(200.0).calls == ["91 notify ops: on"]


def test_an_expression_is_waited_for_and_may_hold_already() -> None:
    told = story("{wait: memory_pct < 50}").memory(0.0, 80).happens(1.0, "crash")
    assert told.calls == []
    assert told.memory(5.0, 40).calls == ["5 notify ops: on"]

    assert told.happens(6.0, "crash").calls[-1] == "6 notify ops: on"


def test_what_holds_already_is_told_and_what_comes_later_is_not() -> None:
    told = story("{wait: memory_pct < 50}").memory(0.0, 80).happens(1.0, "crash").memory(5.0, 40)
    assert told.details(Verdict.ALREADY) == []

    assert told.happens(6.0, "crash").details(Verdict.ALREADY) == ["wait: `memory_pct < 50` is true"]


def test_a_test_of_a_rule_may_expect_it() -> None:
    rules = "rules: [{id: a, when: {event: crash}, do: [{power: stop}, {wait: memory_pct < 50}, {mute: 1m}]}]"
    server = "server: {name: lobby, egg: Paper, state: running}"
    feed = "feed: [{at: 5s, memory_pct: 20}, {at: 10s, state: offline}, {at: 30s, event: crash}]"

    assert failures(rules, f"{server}\n{feed}\nexpect: [{{verdict: already}}, {{never: power}}]") == []


def test_an_age_comes_true_though_nothing_happens() -> None:
    told = story("{wait: console_age > 30s}").line(0.5, "x").happens(1.0, "crash").until(100.0)

    assert [call.split(".")[0] for call in told.calls] == ["30"]


def test_a_trigger_is_waited_for() -> None:
    told = story("{wait: {console: '^saved (?P<n>\\d+)', where: it.n > 5}}").happens(1.0, "crash")
    assert told.line(2.0, "saved 5").calls == []

    assert told.line(3.0, "saved 6").calls == ["3 notify ops: on"]


def test_a_change_of_state_is_waited_for() -> None:
    told = story("{wait: {state: any -> offline}}").happens(1.0, "crash").state(5.0, State.OFFLINE)

    assert told.calls == ["5 notify ops: on"]


def test_out_of_time_without_else_the_run_fails() -> None:
    told = story("{wait: {event: ready}, within: 1m}").happens(1.0, "crash").until(100.0)

    assert told.calls == []
    assert told.details(Verdict.FAILED) == [
        "wait: it did not come within 1m, which ends the run: an `else` would go on"
    ]


def test_out_of_time_its_else_runs_and_the_run_goes_on() -> None:
    told = story("{wait: memory_pct < 1, within: 1m, else: [{notify: ops, text: late}]}")
    told.happens(1.0, "crash").until(100.0)

    assert told.calls == ["61 notify ops: late", "61 notify ops: on"]


def test_an_else_may_end_the_run() -> None:
    told = story("{wait: memory_pct < 1, within: 1m, else: [end]}").happens(1.0, "crash").until(100.0)

    assert told.calls == []
    assert told.details(Verdict.ENDED) == ["end: by `end`"]


def test_a_run_that_waits_is_over_when_its_server_is_gone() -> None:
    told = story("{wait: 1h}").happens(1.0, "crash").at(2.0, ev.ServerGone, reason="deleted").until(9999.0)

    assert told.calls == []


def test_a_time_of_the_clock_can_be_waited_for() -> None:
    story = Story(
        'rules: [{id: a, when: {event: crash}, do: [{wait: {schedule: "5 0 * * *", tz: UTC}},'
        " {notify: ops, text: x}]}]"
    )
    story.happens(60.0, "crash", exit_code=1, oom=False).until(299.0)
    assert story.calls == []

    assert story.until(301.0).calls == ["300 notify ops: x"]


def test_a_time_or_an_event_whichever_comes_first() -> None:
    story = Story(
        'rules: [{id: a, when: {event: crash}, do: [{wait: {any: [{schedule: "5 0 * * *", tz: UTC}, {event: '
        "ready}]}}, {notify: ops, text: x}]}]"
    )
    story.happens(60.0, "crash", exit_code=1, oom=False).happens(90.0, "ready").until(400.0)

    assert story.calls == ["90 notify ops: x"]


BY_PLAYER = (
    "rules: [{id: a, when: {console: '^(?P<player>\\w+) paid'}, by: [it.player],"
    ' do: [{wait: WAIT}, {notify: ops, text: "${it.player}"}]}]'
)


def test_in_a_rule_by_a_value_a_trigger_is_waited_for_under_the_same_key() -> None:
    told = Story(BY_PLAYER.replace("WAIT", "{console: '^(?P<player>\\w+) came'}"))
    told.line(1.0, "Eve paid").line(2.0, "Ann paid").line(3.0, "Bob came")
    assert told.calls == []

    assert told.line(4.0, "Ann came").line(5.0, "Eve came").calls == [
        "4 notify ops: Ann",
        "5 notify ops: Eve",
    ]


def test_a_match_without_that_value_is_one_for_every_key() -> None:
    told = Story(BY_PLAYER.replace("WAIT", "{console: '^shop open'}"))
    told.line(1.0, "Eve paid").line(2.0, "Ann paid")

    assert sorted(told.line(3.0, "shop open").calls) == ["3 notify ops: Ann", "3 notify ops: Eve"]


ANSWERED = "{send: seed}, {wait: {console: '^Seed: '}, within: 30s}"


def answered_later(wait: str) -> Story:
    """A story in which the outcome of each command is a matter of the test."""
    told = story(wait)
    told.answer = lambda call: None if call.verb == "send" else DONE
    return told


def test_what_the_game_answers_before_its_panel_does_is_not_missed() -> None:
    told = answered_later(ANSWERED).happens(1.0, "crash").line(1.1, "Seed: [7]")
    assert told.calls == ["1 send seed"]

    assert told.ends(1.2, told.asked[0][1]).calls == ["1 send seed", "1.2 notify ops: on"]


def test_what_was_printed_before_the_command_is_no_answer() -> None:
    told = answered_later(ANSWERED).line(0.5, "Seed: [7]").happens(1.0, "crash")
    assert told.ends(1.2, told.asked[0][1]).calls == ["1 send seed"]

    assert told.line(2.0, "Seed: [7]").calls[1:] == ["2 notify ops: on"]


def test_of_several_commands_it_is_the_answer_to_the_last() -> None:
    told = (
        answered_later(ANSWERED.replace("seed", "[list, seed]")).happens(1.0, "crash").line(1.1, "Seed: [7]")
    )
    told.ends(1.2, told.asked[0][1]).ends(1.4, told.asked[1][1])
    assert told.calls == ["1 send list", "1.2 send seed"]

    assert told.line(1.5, "Seed: [7]").calls[2:] == ["1.5 notify ops: on"]


def test_a_server_that_came_up_again_is_not_waited_for_in_vain_whatever_tells_it_first() -> None:
    rules = """
        rules:
          - id: a
            when: {console: '^go'}
            do:
              - {power: restart}
              - {wait: {event: ready}, within: 3m, else: [{notify: ops, text: "not up"}]}
              - {notify: ops, text: up}
        """
    for ready, running in ((10.0, 10.5), (10.5, 10.0)):
        story = Story(rules).line(1.0, "go")
        story.state(2.0, State.STOPPING).state(3.0, State.OFFLINE).state(4.0, State.STARTING)
        for mono in sorted((ready, running)):
            if mono == ready:
                story.at(mono, ev.Occurred, name="ready")
            else:
                story.state(mono, State.RUNNING)

        assert story.until(400.0).calls == ["1 power restart", f"{ready:g} notify ops: up"]
