"""A countdown tells the players, and can be called off until its end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.gates.limits import Limits
from automaton.core.outcome import Outcome, Result
from tests.core.story import LIVE, Story, book
from tests.rulebook.texts import load

FIVE = '{countdown: 5m, at: [5m, 1m, 10s], say: "in ${left}", else: [{say: "cancelled"}]}'


def story(countdown: str = FIVE, limits: Limits = LIVE, rest: str = "") -> Story:
    """A line `go` begins it; a notification tells that the run went on."""
    do = f"[{countdown}, {{notify: ops, text: on}}]"
    return Story(f"rules: [{{id: a, when: {{console: '^go'}}, do: {do}{rest}}}]", limits)


def test_each_mark_is_said_with_the_time_left_and_then_the_run_goes_on() -> None:
    told = story().line(10.0, "go").until(999.0)

    assert told.calls == [
        "10 send say in 5m",
        "250 send say in 1m",
        "300 send say in 10s",
        "310 notify ops: on",
    ]


def test_without_marks_it_is_said_once() -> None:
    told = story('{countdown: 90s, say: "in ${left}"}').line(10.0, "go").until(999.0)

    assert told.calls == ["10 send say in 1m 30s", "100 notify ops: on"]


def test_without_words_only_the_time_passes() -> None:
    assert story("{countdown: 90s}").line(10.0, "go").until(999.0).calls == ["100 notify ops: on"]


def test_a_mark_that_passed_while_a_command_was_under_way_is_not_made_up_for() -> None:
    told = story()
    told.answer = lambda call: None if call.verb == "send" else Outcome(Result.DONE)
    told.line(10.0, "go").until(280.0)
    told.answer = lambda _: Outcome(Result.DONE)

    assert told.ends(280.0, told.asked[0][1]).until(999.0).calls[1:] == [
        "280 send say in 30s",
        "300 send say in 10s",
        "310 notify ops: on",
    ]


def test_it_is_cancelled_when_the_incident_clears() -> None:
    told = story(rest=", until: {console: '^stop'}").line(10.0, "go").line(60.0, "stop").until(999.0)

    assert told.calls == ["10 send say in 5m", "60 send say cancelled"]


def test_it_is_cancelled_when_unless_comes_true() -> None:
    countdown = "{countdown: 5m, unless: memory_pct < 50, else: [{notify: ops, text: cancelled}]}"
    told = story(countdown).memory(1.0, 80).line(10.0, "go").memory(60.0, 40).until(999.0)

    assert told.calls == ["60 notify ops: cancelled"]


def test_unless_may_come_true_though_nothing_happens() -> None:
    told = story("{countdown: 5m, unless: console_age > 30s, else: [{notify: ops, text: cancelled}]}")

    assert told.line(10.0, "go").until(999.0).calls == ["40 notify ops: cancelled"]


def test_it_is_cancelled_when_the_server_leaves_running() -> None:
    told = story('{countdown: 5m, say: "in ${left}", else: [{notify: ops, text: cancelled}]}')
    told.line(10.0, "go").state(60.0, State.STOPPING).until(999.0)

    assert told.calls == ["10 send say in 5m", "60 notify ops: cancelled"]


def test_without_else_a_cancelled_run_ends_and_has_not_failed() -> None:
    told = story("{countdown: 5m}").line(10.0, "go").state(60.0, State.STOPPING).until(999.0)

    assert told.calls == []
    assert told.details(Verdict.ENDED) == ["countdown: cancelled: the server is stopping"]


def test_while_nobody_sees_the_server_the_time_passes_and_nothing_is_said() -> None:
    told = story().line(10.0, "go").at(60.0, ev.LinkLost).until(270.0)
    told.at(280.0, ev.LinkUp).at(280.0, ev.StateReported, state=State.RUNNING).until(999.0)

    assert told.calls == [
        "10 send say in 5m",
        "280 send say in 30s",
        "300 send say in 10s",
        "310 notify ops: on",
    ]


def test_where_the_server_is_not_running_there_is_nobody_to_count_for() -> None:
    told = story().state(1.0, State.STOPPING).line(10.0, "go")

    assert told.calls == ["10 notify ops: on"]
    assert told.details(Verdict.NOT_POSSIBLE) == [
        "countdown: the server is stopping: there is nobody to count for"
    ]


def test_where_the_game_has_no_broadcast_it_counts_and_says_that_nobody_was_told() -> None:
    told = story('{countdown: 5m, say: "in ${left}"}')
    told.at(0.5, ev.ServerListed, profile=ev.Profile(uuid="u-lobby", id="lobby", name="lobby", egg="Toy"))
    told.line(10.0, "go").until(999.0)

    assert told.calls == ["310 notify ops: on"]
    assert len(told.details(Verdict.NOT_POSSIBLE)) == 1


def test_a_broadcast_that_is_not_taken_fails_the_run() -> None:
    told = story()
    told.answer = lambda _: Outcome(Result.FAILED, "the Panel is down")

    assert told.line(10.0, "go").until(999.0).calls == ["10 send say in 5m"]
    assert told.details(Verdict.FAILED) == ["countdown: the Panel is down"]


def test_in_shadow_it_takes_its_time_and_records_what_it_would_have_said() -> None:
    told = story(limits=Limits(arm=Arm.SHADOW)).line(10.0, "go").until(999.0)
    shadows = [one for one in told.decisions if one.verdict is Verdict.SHADOW]

    assert [(one.at.mono, one.held[0].verb) for one in shadows] == [
        (10.0, "send"),
        (250.0, "send"),
        (300.0, "send"),
        (310.0, "notify"),
    ]


def beside(do: str, countdown: str = FIVE, until: str = "") -> Story:
    """`go` begins a countdown, `then` another rule's steps on the same server."""
    return Story(
        f"""
        rules:
          - {{id: a, when: {{console: '^go'}}, do: [{countdown}, {{notify: ops, text: on}}]{until}}}
          - {{id: b, when: {{console: '^then'}}, do: [{do}]}}
        """
    )


def test_between_its_marks_other_rules_act() -> None:
    told = beside('{say: "hello"}').line(10.0, "go").line(60.0, "then")

    assert told.calls == ["10 send say in 5m", "60 send say hello"]


def test_a_mark_that_has_to_wait_for_the_servers_hand_is_said_when_it_comes() -> None:
    told = beside("save").line(10.0, "go").line(245.0, "then").until(254.0)
    assert told.calls == ["10 send say in 5m", "245 send save-all"]
    assert told.details(Verdict.NOT_POSSIBLE) == ["countdown: it waits: another run has the server's hand"]

    told.line(255.0, "[12:00:00] [Server thread/INFO]: Saved the game").until(999.0)
    assert told.calls[2:] == ["255 send say in 55s", "300 send say in 10s", "310 notify ops: on"]


def test_a_mark_is_left_out_once_the_next_is_due() -> None:
    told = beside("{save: 57s, else: []}").line(10.0, "go").line(245.0, "then").until(999.0)

    assert told.calls == [
        "10 send say in 5m",
        "245 send save-all",
        "302 send say in 8s",
        "310 notify ops: on",
    ]


def test_it_ends_in_time_though_another_run_has_the_servers_hand() -> None:
    told = beside("{save: 2m, else: []}").line(10.0, "go").line(245.0, "then").until(999.0)

    assert told.calls == ["10 send say in 5m", "245 send save-all", "310 notify ops: on"]


@pytest.mark.parametrize("ends", ["clear", "state"])
def test_it_is_cancelled_while_a_mark_waits_for_the_servers_hand(ends: str) -> None:
    countdown = '{countdown: 5m, say: "in ${left}", at: [1m], else: [{notify: ops, text: cancelled}]}'
    told = beside("{save: 2m, else: []}", countdown, ", until: {console: '^stop'}")
    told.line(10.0, "go").line(245.0, "then").until(260.0)
    if ends == "clear":
        told.line(261.0, "stop")
    else:
        told.state(261.0, State.STOPPING)

    assert told.until(999.0).calls == ["245 send save-all", "261 notify ops: cancelled"]


def test_it_is_cancelled_while_a_gate_holds_a_mark_and_says_so_once_it_may() -> None:
    told = story(rest=", until: {console: '^stop'}").line(10.0, "go").at(20.0, ev.HoldBegan, server="")
    told.until(260.0).line(270.0, "stop").until(400.0).at(400.0, ev.HoldEnded, server="")

    assert told.until(999.0).calls == ["10 send say in 5m", "400 send say cancelled"]


def test_where_a_gate_held_its_first_mark_nobody_was_told_and_nothing_is_taken_back() -> None:
    told = story(rest=", until: {console: '^stop'}").at(5.0, ev.HoldBegan, server="").line(10.0, "go")
    told.line(60.0, "stop").until(100.0).at(100.0, ev.HoldEnded, server="")

    assert told.until(999.0).calls == []


def test_what_was_told_before_a_restart_is_taken_back_where_a_gate_holds_the_first_mark_after_it() -> None:
    told = story(rest=", until: {console: '^stop'}").line(10.0, "go").at(50.0, ev.HoldBegan, server="")
    told.restart(100.0, 10.0).until(150.0).line(160.0, "stop").until(200.0)
    told.at(200.0, ev.HoldEnded, server="")

    assert told.until(999.0).calls == ["10 send say in 5m", "200 send say cancelled"]


def test_it_is_cancelled_while_a_restart_of_automaton_settles() -> None:
    told = story(limits=replace(LIVE, settle=120.0), rest=", until: {console: '^stop'}").until(120.0)
    told.line(130.0, "go").restart(200.0, 10.0).line(220.0, "stop")

    assert told.until(999.0).calls == ["130 send say in 5m", "330 send say cancelled"]


def test_a_mark_that_had_to_wait_is_never_overtaken() -> None:
    """The countdown has its own ways to be cancelled, and a guard that turned false is none of them."""
    rules = """
        rules:
          - id: a
            when: {console: '^go'}
            if: memory_pct > 50
            do: [{countdown: 1m, at: [30s], say: "in ${left}"}, {notify: ops, text: on}]
          - {id: b, when: {console: '^then'}, do: [{save: 10s, else: []}]}
        """
    told = Story(rules).memory_from(1.0, 35.0, 80).line(36.0, "go").line(60.0, "then")
    told.memory_from(61.0, 99.0, 20).until(999.0)

    assert told.calls == ["60 send save-all", "70 send say in 26s", "96 notify ops: on"]


def test_the_power_behind_it_waits_for_the_hand_and_looks_again() -> None:
    rules = """
        rules:
          - {id: a, while: memory_pct > 50, do: [{countdown: 1m}, {power: restart}]}
          - {id: b, when: {console: '^then'}, do: [{save: 2m, else: []}]}
        """
    told = Story(rules).memory_from(10.0, 60.0, 80).line(61.0, "then").memory_from(65.0, 90.0, 80)
    told.memory_from(95.0, 300.0, 20).until(400.0)

    assert told.calls == ["61 send save-all"]


def test_after_a_restart_of_automaton_other_rules_act_between_its_marks() -> None:
    told = beside('{say: "hello"}').line(10.0, "go").until(100.0).restart(100.0, 60.0).line(170.0, "then")

    assert told.calls == ["10 send say in 5m", "160 send say in 2m 30s", "170 send say hello"]


@pytest.mark.parametrize(
    ("countdown", "message"),
    [
        ("{countdown: 5m, at: 1m}", "`at` is when something is said, and there is no `say`"),
        (
            '{countdown: 5m, at: [10m], say: "x"}',
            "every mark of `at` lies before the beginning of the countdown",
        ),
    ],
)
def test_what_would_say_nothing_is_a_mistake(countdown: str, message: str) -> None:
    rules = f"rules: [{{id: a, when: {{event: crash}}, do: [{countdown}]}}]"

    assert [problem.message for problem in load(rules, None).problems] == [message]


def test_the_example_is_a_rule() -> None:
    assert book(f"rules: [{{id: a, when: {{event: crash}}, do: [{FIVE}]}}]").rules


def test_after_a_restart_of_automaton_the_time_left_is_told_anew() -> None:
    told = story().line(10.0, "go").until(100.0).restart(100.0, 60.0).until(999.0)

    assert told.calls == [
        "10 send say in 5m",
        "160 send say in 2m 30s",
        "250 send say in 1m",
        "300 send say in 10s",
        "310 notify ops: on",
    ]


def test_after_a_restart_that_outlasted_it_the_run_goes_on() -> None:
    told = story().line(10.0, "go").until(280.0).restart(280.0, 60.0).until(999.0)

    assert told.calls[-1] == "340 notify ops: on"


def test_what_was_held_is_counted_again_for_nobody_was_told_how_little_was_left() -> None:
    story = (
        Story("""
        rules:
          - id: a
            when: {console: '^go'}
            do: [{countdown: 30s, at: [30s, 10s], say: "in ${left}"}, {power: restart}]
        """)
        .line(1.0, "go")
        .at(5.0, ev.HoldBegan, server="")
    )
    story.until(300.0).at(300.0, ev.HoldEnded, server="").until(400.0)

    assert story.calls == ["1 send say in 30s", "300 send say in 10s", "310 power restart"]
