"""A power action is done when its goal holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import SetPower, Signal
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.gates.limits import Allowance, Budget, Limits
from automaton.core.outcome import Outcome, Result
from tests.core.story import DONE, LOBBY, Story

ALL = Limits(arm=Arm.LIVE, allow=(Allowance(None, frozenset(Signal), ()),))
LOCKED = Outcome(Result.REFUSED, "another power action is being processed", passing=True)
OFFLINE, STARTING, RUNNING, STOPPING = State.OFFLINE, State.STARTING, State.RUNNING, State.STOPPING


def rule(power: str) -> str:
    """A rule whose one action this is; a notification tells that the run went on."""
    return f"rules: [{{id: a, when: {{console: '^go'}}, do: [{power}, {{notify: ops, text: on}}]}}]"


def story(power: str, state: State = RUNNING) -> Story:
    told = Story(rule(power), ALL)
    if state is not RUNNING:
        told.state(1.0, STOPPING) if state is OFFLINE else told
        told.state(2.0, state)
    return told


@pytest.mark.parametrize(
    ("power", "state"),
    [("{power: start}", RUNNING), ("{power: stop}", OFFLINE), ("{power: kill}", OFFLINE)],
)
def test_a_goal_that_holds_already_asks_for_nothing(power: str, state: State) -> None:
    assert story(power, state).line(10.0, "go").calls == ["10 notify ops: on"]


def test_a_stop_is_done_when_the_server_is_offline() -> None:
    told = story("{power: stop}").line(10.0, "go").state(11.0, STOPPING)
    assert told.calls == ["10 power stop"]

    assert told.state(20.0, OFFLINE).calls == ["10 power stop", "20 notify ops: on"]


def test_a_restart_is_done_when_the_server_is_up_anew() -> None:
    told = story("{power: restart}").line(10.0, "go")
    told.state(11.0, STOPPING).state(15.0, OFFLINE).state(15.5, STARTING)
    assert told.calls == ["10 power restart"]

    assert told.state(30.0, RUNNING).calls == ["10 power restart", "30 notify ops: on"]


def test_a_server_that_is_ready_is_up_though_wings_never_says_running() -> None:
    told = story("{power: restart}").line(10.0, "go")
    told.state(11.0, STOPPING).state(15.0, OFFLINE).state(15.5, STARTING)

    told.line(31.0, "[12:00:00] [Server thread/INFO]: Done (1.2s)!")
    assert told.calls == ["10 power restart", "31 notify ops: on"]


def test_a_restart_that_went_by_unseen_is_told_by_the_uptime() -> None:
    told = story("{power: restart}").memory(1.0, 50, uptime=500.0).line(10.0, "go")
    told.at(11.0, ev.LinkLost).at(60.0, ev.LinkUp).at(60.0, ev.StateReported, state=RUNNING)
    assert told.calls == ["10 power restart"]

    assert told.memory(61.0, 50, uptime=20.0).calls == ["10 power restart", "61 notify ops: on"]


def test_wings_lock_is_retried_with_growing_waits() -> None:
    told = story("{power: stop}")
    told.answer = lambda _: LOCKED
    told.line(10.0, "go").until(16.5)
    told.answer = lambda _: DONE
    told.until(30.0)

    assert told.calls == ["10 power stop", "12 power stop", "16 power stop", "24 power stop"]


def test_a_final_refusal_fails_the_run() -> None:
    told = story("{power: stop}")
    told.answer = lambda _: Outcome(Result.REFUSED, "this key may not stop")
    told.line(10.0, "go").until(999.0)

    assert told.calls == ["10 power stop"]
    assert told.details(Verdict.FAILED) == ["power: this key may not stop"]


def test_a_refusal_that_will_not_pass_runs_its_else_with_the_reason() -> None:
    told = story("{power: stop, else: [{notify: ops, text: '${result.reason}'}]}")
    refused = Outcome(Result.REFUSED, "this key may not stop")
    told.answer = lambda call: refused if call.verb == "power" else DONE
    told.line(10.0, "go").until(999.0)

    assert told.calls[:2] == ["10 power stop", "10 notify ops: this key may not stop"]
    assert told.details(Verdict.FAILED) == []


def test_an_unknown_outcome_is_read_from_the_state_and_never_asked_again() -> None:
    told = story("{power: stop}")
    told.answer = lambda call: Outcome(Result.UNKNOWN, "no answer") if call.verb == "power" else DONE
    told.line(10.0, "go").state(12.0, STOPPING).until(100.0).state(101.0, OFFLINE)

    assert told.calls == ["10 power stop", "101 notify ops: on"]


def test_an_unknown_that_cannot_be_done_twice_is_asked_again() -> None:
    """As a 504 of the Panel: a second stop meets Wings' lock, or a server that is down."""
    told = story("{power: stop}")
    told.answer = lambda call: Outcome(Result.UNKNOWN, "504", passing=True) if call.verb == "power" else DONE
    told.line(10.0, "go").until(13.0).state(14.0, OFFLINE)

    assert told.calls == ["10 power stop", "12 power stop", "14 notify ops: on"]


def test_out_of_time_without_else_the_run_fails() -> None:
    told = story("{power: stop, within: 1m}").line(10.0, "go").state(11.0, STOPPING).until(999.0)

    assert told.calls == ["10 power stop"]
    assert told.details(Verdict.FAILED) == [
        "power: `stop` did not come to its goal in time, the state is stopping"
    ]


def test_out_of_time_its_else_runs_and_the_run_goes_on() -> None:
    told = story("{power: stop, within: 1m, else: [{notify: ops, text: late}]}")
    told.line(10.0, "go").state(11.0, STOPPING).until(999.0)

    assert told.calls == ["10 power stop", "70 notify ops: late", "70 notify ops: on"]


def test_force_after_kills_a_server_that_does_not_stop() -> None:
    told = story("{power: restart, force_after: 90s}").line(10.0, "go").state(11.0, STOPPING).until(101.0)
    assert told.calls == ["10 power restart", "100 power kill"]

    told.state(101.0, OFFLINE).state(101.5, STARTING).state(110.0, RUNNING)
    assert told.calls[2:] == ["110 notify ops: on"]


def test_a_killed_restart_that_does_not_rise_by_itself_is_started() -> None:
    told = story("{power: restart, force_after: 90s}").line(10.0, "go").state(11.0, STOPPING).until(100.0)
    told.state(101.0, OFFLINE).until(130.0)

    assert told.calls == ["10 power restart", "100 power kill", "115 power start"]


def test_the_kill_of_force_after_is_not_counted_a_second_time() -> None:
    limits = Limits(arm=Arm.LIVE, allow=ALL.allow, power_server=Budget(1, 3600.0))
    told = Story(rule("{power: stop, force_after: 30s}"), limits).line(10.0, "go").until(50.0)

    assert told.calls == ["10 power stop", "40 power kill", "50 power kill"]


def test_a_server_that_an_operator_stopped_is_not_started() -> None:
    told = story("{power: start}", OFFLINE).line(10.0, "go")

    assert told.calls == []
    assert "10 refused" in told.verdicts


def test_an_operators_stop_is_overridden_only_by_name() -> None:
    told = story("{power: start, override: operator}", OFFLINE).line(10.0, "go")

    assert told.calls == ["10 power start"]


def test_a_start_waits_until_wings_has_let_go_of_its_lock_after_offline() -> None:
    told = Story(
        """
        rules:
          - {id: a, when: {state: any -> offline}, do: [{power: start, override: operator}]}
        """,
        ALL,
    )
    told.state(1.0, STOPPING).state(2.0, OFFLINE).until(10.0)

    assert told.calls == ["2.5 power start"]


def test_a_start_after_a_fall_waits_until_it_is_known_why() -> None:
    told = Story("rules: [{id: a, when: {state: running -> offline}, do: [{power: start}]}]", ALL)
    told.state(1.0, OFFLINE).until(20.0)

    assert told.calls == ["8 power start"]


def test_a_start_leaves_a_server_alone_that_rises_by_itself() -> None:
    told = Story("rules: [{id: a, when: {event: crash}, do: [{power: start}, {notify: ops, text: up}]}]", ALL)
    told.state(1.0, OFFLINE).state(1.1, STARTING).happens(1.2, "crash").until(20.0).state(21.0, RUNNING)

    assert told.calls == ["21 notify ops: up"]


def test_with_the_state_unknown_it_waits() -> None:
    told = Story("rules: [{id: a, when: {event: link.down}, do: [{power: restart}]}]", ALL).at(
        5.0, ev.LinkLost, reason="x"
    )
    assert told.until(60.0).calls == []

    told.at(70.0, ev.LinkUp).at(70.0, ev.StateReported, state=RUNNING)
    assert told.calls == ["70 power restart"]


def test_no_more_go_at_once_than_parallel_says() -> None:
    limits = Limits(arm=Arm.LIVE, allow=ALL.allow, parallel=1)
    told = Story(rule("{power: restart}"), limits)
    told.at(0.0, ev.ServerListed, profile=OTHER).at(0.0, ev.LinkUp, server=OTHER.uuid)
    told.at(0.0, ev.StateReported, server=OTHER.uuid, state=RUNNING)
    told.line(10.0, "go").line(11.0, "go", server=OTHER.uuid)
    assert told.calls == ["10 power restart"]
    assert "11 over_limit" in told.verdicts

    told.state(12.0, STOPPING).state(13.0, OFFLINE).state(14.0, STARTING).state(20.0, RUNNING)
    assert told.until(21.0).calls[-1] == "20 power restart"


def test_in_shadow_a_power_action_counts_as_done() -> None:
    told = Story(rule("{power: restart}"), Limits()).line(10.0, "go")

    assert told.verdicts == ["10 fired", "10 shadow", "10 shadow", "10 ended", "10 cleared"]


def test_a_kill_that_allow_does_not_name_is_refused_when_it_comes_to_it() -> None:
    told = Story(rule("{power: stop, force_after: 30s}"), Limits(arm=Arm.LIVE)).line(10.0, "go").until(50.0)

    assert told.calls == ["10 power stop"]
    assert "40 refused" in told.verdicts


OTHER = ev.Profile(uuid="u-other", id="other", name="other")


def locked(power: str, limits: Limits) -> Story:
    told = Story(rule(power), limits)
    told.answer = lambda call: LOCKED if call.verb == "power" else DONE
    return told.line(10.0, "go")


def test_a_retry_is_not_counted_by_any_budget() -> None:
    budget = Budget(1, 3600.0)
    limits = Limits(arm=Arm.LIVE, allow=ALL.allow, power_server=budget, power_fleet=budget, parallel=1)
    told = locked("{power: restart}", limits).until(30.0)

    assert told.calls == ["10 power restart", "12 power restart", "16 power restart", "24 power restart"]


def test_force_after_kills_though_wings_lock_never_lets_the_stop_in() -> None:
    told = locked("{power: stop, force_after: 60s}", ALL).until(101.0)

    assert [call for call in told.calls if "kill" in call] == ["70 power kill", "100 power kill"]


# Places in `parallel`, and starts that fail


def two(power: str, limits: Limits) -> Story:
    """`lobby` and `other`, both offline since a minute and told to go at 100 s and 101 s."""
    told = Story(rule(power), limits).state(40.0, OFFLINE)
    told.at(0.0, ev.ServerListed, profile=OTHER).at(0.0, ev.LinkUp, server=OTHER.uuid)
    told.at(0.0, ev.StateReported, server=OTHER.uuid, state=RUNNING)
    told.state(40.0, OFFLINE, server=OTHER.uuid).until(99.0)
    return told.line(100.0, "go").line(101.0, "go", server=OTHER.uuid)


ONE_AT_A_TIME = Limits(arm=Arm.LIVE, allow=ALL.allow, parallel=1)


def of_other(told: Story) -> list[str]:
    return [f"{mono:g} {call.verb}" for mono, _, call in told.asked if call.server == OTHER.uuid]


def test_one_that_runs_out_of_time_gives_its_slot_back_also_by_its_else() -> None:
    told = two("{power: start, within: 30s, else: [{wait: 1h}]}", ONE_AT_A_TIME).state(101.0, STARTING)
    assert of_other(told) == []

    assert of_other(told.until(131.0)) == ["130 power"]


def test_a_start_that_was_seen_to_fail_is_asked_again_in_growing_waits() -> None:
    """As while Docker is down: Wings accepts it, says `starting`, and is `offline` again."""
    told = Story(rule("{power: start}"), ALL).state(10.0, OFFLINE).until(30.0).line(40.0, "go")
    for mono in (41.0, 45.0, 51.0):
        told.state(mono, STARTING).state(mono + 1.0, OFFLINE).happens(mono + 1.1, "crash.unhandled")
        told.until(mono + 1.5)
    told.until(61.0).state(62.0, STARTING).state(63.0, RUNNING)

    assert told.calls == [
        "40 power start", "44 power start", "50 power start", "60 power start", "63 notify ops: on",
    ]  # fmt: skip


def test_the_slot_of_a_start_that_failed_is_free_while_it_waits_to_try_again() -> None:
    told = two("{power: start}", ONE_AT_A_TIME)
    told.state(102.0, STARTING).state(103.0, OFFLINE).happens(103.0, "crash.unhandled").until(104.0)

    assert told.calls == ["100 power start", "103 power start"]
    assert of_other(told) == ["103 power"]


def test_a_later_try_waits_in_the_queue_like_any_other() -> None:
    told = two("{power: start}", ONE_AT_A_TIME)
    told.state(102.0, STARTING).state(103.0, OFFLINE).happens(103.0, "crash.unhandled").until(110.0)
    assert told.details(Verdict.OVER_LIMIT)[-1] == "1 power actions are going, `limits.power.parallel`"

    told.state(111.0, STARTING, server=OTHER.uuid).state(112.0, RUNNING, server=OTHER.uuid).until(113.0)
    assert told.calls[-1] == "112 power start"


def test_a_start_that_nobody_saw_come_is_asked_again() -> None:
    """As where Wings could not ask its Panel: nothing is printed, and nothing changes."""
    told = Story(rule("{power: start}"), ALL).state(10.0, OFFLINE).until(30.0).line(40.0, "go").until(83.0)

    assert told.calls == ["40 power start", "82 power start"]


def test_the_tries_of_one_step_spend_the_budget_of_their_server_once() -> None:
    limits = Limits(arm=Arm.LIVE, allow=ALL.allow, power_server=Budget(1, 3600.0))
    told = Story(rule("{power: start}"), limits).state(10.0, OFFLINE).until(30.0).line(40.0, "go")
    told.state(41.0, STARTING).state(42.0, OFFLINE).happens(42.0, "crash.unhandled").until(45.0)

    assert told.calls == ["40 power start", "44 power start"]


def test_a_step_has_spent_the_budget_of_its_server_though_the_world_never_took_it() -> None:
    limits = Limits(arm=Arm.LIVE, allow=ALL.allow, power_server=Budget(1, 3600.0))
    told = Story(rule("{power: stop, within: 1m}"), limits)
    told.answer = lambda _: Outcome(Result.FAILED, "no")
    told.line(10.0, "go").until(99.0).line(100.0, "go").until(200.0)

    assert told.details(Verdict.OVER_LIMIT) == ["`limits.power.server` allows 1 in 1h"]


def test_each_try_that_the_world_took_counts_for_its_node() -> None:
    limits = Limits(arm=Arm.LIVE, allow=ALL.allow, power_node=Budget(1, 60.0))
    told = Story(rule("{power: start}"), limits).state(10.0, OFFLINE).until(30.0).line(40.0, "go")
    told.state(41.0, STARTING).state(42.0, OFFLINE).happens(42.0, "crash.unhandled").until(101.0)

    assert told.calls == ["40 power start", "100 power start"]


def test_a_humans_stop_ends_the_tries() -> None:
    told = Story(rule("{power: start}"), ALL).state(10.0, OFFLINE).until(30.0).line(40.0, "go")
    told.state(41.0, STARTING).memory(41.5, 50).state(42.0, STOPPING).state(43.0, OFFLINE).until(999.0)

    assert told.calls == ["40 power start"]
    assert told.details(Verdict.REFUSED) == [
        "power: an operator stopped this server; `override: operator` would act all the same"
    ]


def test_a_start_that_wings_answers_with_an_error_is_one_that_failed() -> None:
    told = Story(rule("{power: start}"), ALL).state(10.0, OFFLINE).until(30.0)
    told.answer = lambda _: Outcome(Result.REFUSED, "no such image", passing=True)
    told.line(40.0, "go").until(43.0)

    assert told.calls == ["40 power start", "42 power start"]


# `within`, and what is never sent


def test_within_counts_from_the_sending_and_not_from_the_rest_before_it() -> None:
    """A start right after a stop rests for half a second, and is then held for the rest of the hour."""
    limits = Limits(arm=Arm.LIVE, allow=ALL.allow, power_server=Budget(1, 3600.0))
    told = Story(rule("{power: start, override: operator}"), limits)
    told.state(1.0, STOPPING).state(2.0, OFFLINE).line(10.0, "go").state(11.0, STARTING).state(12.0, RUNNING)
    told.state(1800.0, STOPPING).state(1801.0, OFFLINE).line(1801.1, "go").until(3611.0)

    assert told.calls[2:] == ["3610 power start"]
    told.state(3612.0, STARTING).state(3613.0, RUNNING)
    assert told.calls[3:] == ["3613 notify ops: on"]
    assert told.details(Verdict.FAILED) == []


def test_within_stands_still_while_a_gate_holds_a_later_try() -> None:
    told = Story(rule("{power: start, within: 1m}"), ALL).state(10.0, OFFLINE).until(30.0).line(40.0, "go")
    told.state(41.0, STARTING).state(42.0, OFFLINE).happens(42.0, "crash.unhandled").at(43.0, ev.PanelLost)
    told.until(1000.0).at(1000.0, ev.PanelBack).until(1001.0)
    assert told.calls == ["40 power start", "1000 power start"]

    told.state(1050.0, STARTING).until(1100.0)
    assert told.details(Verdict.FAILED) == [
        "power: `start` did not come to its goal in time, the state is starting"
    ]
    assert told.verdicts[-2:] == ["1056 failed", "1056 cleared"]


def test_what_could_not_be_sent_for_two_hours_is_dropped_and_has_not_failed() -> None:
    told = Story("rules: [{id: a, when: {event: link.down}, do: [{power: restart}]}]", ALL)
    told.at(5.0, ev.LinkLost, reason="x").until(9000.0)

    assert told.calls == []
    assert told.details(Verdict.NOT_POSSIBLE) == [
        "power: it waits: the state is unknown",
        "power: dropped after 2h, nothing was sent: the state is unknown",
    ]
    assert told.details(Verdict.FAILED) == []


def test_what_the_world_never_takes_is_tried_for_as_long_as_within_says_and_then_says_why() -> None:
    told = story("{power: stop, within: 1m}")
    told.answer = lambda _: Outcome(Result.FAILED, "nobody answers")
    told.line(10.0, "go").until(300.0)

    assert told.details(Verdict.FAILED) == [
        "power: `stop` did not come to its goal in time, the state is running (nobody answers)"
    ]
    assert told.verdicts[-2:] == ["70 failed", "70 cleared"]


# The Panel is down


def test_a_restart_is_held_while_the_panel_does_not_answer_and_the_game_runs_on() -> None:
    told = story("{power: restart}").at(5.0, ev.PanelLost, detail="HTTP 503").line(10.0, "go").until(500.0)
    assert told.calls == []
    assert "10 panel_down" in told.verdicts

    assert told.at(600.0, ev.PanelBack).until(601.0).calls == ["600 power restart"]


@pytest.mark.parametrize("power", ["stop", "kill"])
def test_what_only_stops_goes_without_a_panel(power: str) -> None:
    told = story(f"{{power: {power}}}").at(5.0, ev.PanelLost).line(10.0, "go")

    assert told.calls == [f"10 power {power}"]


def test_a_restart_that_could_not_start_the_server_again_is_started_when_the_panel_is_back() -> None:
    """However late, and whatever `within` says: it was ours to bring it back."""
    told = story("{power: restart, within: 2m}").line(10.0, "go").state(11.0, STOPPING).state(12.0, OFFLINE)
    told.at(13.0, ev.PanelLost).until(20_000.0)
    assert told.calls == ["10 power restart"]

    told.at(20_000.0, ev.PanelBack).until(20_001.0)
    told.state(20_002.0, STARTING).state(20_003.0, RUNNING)
    assert told.calls[1:] == ["20000 power start", "20003 notify ops: on"]


def test_a_start_of_ours_that_meets_a_dead_panel_waits_for_it() -> None:
    """The world finds out when it is asked, and tells it before it answers."""
    told = Story(rule("{power: start}"), ALL).state(10.0, OFFLINE).until(30.0)
    told.answer = lambda _: None
    told.line(40.0, "go").at(41.0, ev.PanelLost)
    told.ends(41.0, told.asked[0][1], Outcome(Result.FAILED, "the Panel does not answer", passing=True))
    told.answer = lambda _: DONE

    assert told.until(600.0).calls == ["40 power start"]
    assert told.at(700.0, ev.PanelBack).until(701.0).calls == ["40 power start", "700 power start"]


# After a crash, while Wings may start the server by itself


def test_a_stop_of_a_crashed_server_waits_until_wings_has_started_it_and_then_stops_it() -> None:
    told = story("{power: stop}").state(10.0, OFFLINE).happens(10.5, "crash").line(11.0, "go").until(11.5)
    assert told.calls == []
    assert "11 crash_pending" in told.verdicts

    told.state(12.0, STARTING).until(12.5).state(13.0, STOPPING).state(14.0, OFFLINE)
    assert told.calls == ["12 power stop", "14 notify ops: on"]


def test_a_stop_of_a_crashed_server_that_wings_gives_up_has_nothing_to_do() -> None:
    told = story("{power: kill}").state(10.0, OFFLINE).happens(10.5, "crash").line(11.0, "go")
    told.happens(12.0, "crash.unhandled").until(13.0)

    assert told.calls == ["12 notify ops: on"]
    assert told.details(Verdict.ALREADY) == ["power: the server is offline"]


def test_an_exit_that_nobody_calls_a_crash_is_settled_after_a_while() -> None:
    told = story("{power: stop}").state(10.0, OFFLINE).line(11.0, "go").until(99.0)

    assert told.calls == ["17 notify ops: on"]


def test_who_waits_for_wings_does_not_keep_the_lock() -> None:
    told = Story(
        """
        rules:
          - {id: a, when: {console: '^go'}, do: [{power: start}]}
          - {id: b, when: {console: '^other'}, do: [{backup: nightly}]}
        """,
        ALL,
    )
    told.state(10.0, OFFLINE).happens(10.5, "crash").line(11.0, "go").line(12.0, "other")

    assert told.calls == ["12 backup"]


# What was there already


@pytest.mark.parametrize(
    ("power", "state"),
    [("{power: start}", RUNNING), ("{power: stop}", OFFLINE), ("{power: kill}", OFFLINE)],
)
def test_a_step_whose_goal_was_there_already_says_so(power: str, state: State) -> None:
    told = story(power, state).line(10.0, "go")

    assert told.details(Verdict.ALREADY) == [f"power: the server is {state}"]


def test_a_restart_of_ours_whose_second_half_fails_is_started() -> None:
    told = story("{power: restart}").line(10.0, "go").state(11.0, STOPPING).state(12.0, OFFLINE)
    told.state(13.0, STARTING).state(14.0, OFFLINE).at(14.0, ev.StartFailed)
    told.happens(14.5, "crash.unhandled").until(17.0)
    assert told.calls == ["10 power restart", "16 power start"]

    told.state(17.0, STARTING).state(20.0, RUNNING)
    assert told.calls[2:] == ["20 notify ops: on"]


def test_a_restart_of_which_the_panel_said_nothing_and_that_took_the_server_down_is_ours_to_end() -> None:
    """A 504, and then silence: it was done by halves."""
    told = story("{power: restart}")
    told.answer = lambda call: Outcome(Result.UNKNOWN, "504", passing=True) if call.verb == "power" else DONE
    told.line(10.0, "go").at(10.5, ev.PanelLost).state(11.0, STOPPING).state(12.0, OFFLINE).until(9000.0)
    told.answer = lambda _: DONE
    told.at(9000.0, ev.PanelBack).until(9001.0)

    assert told.calls == ["10 power restart", "9000 power start"]


def test_what_an_older_automaton_remembers_of_a_power_action_is_gone_on_with() -> None:
    """It counted `within` from the beginning of the step, and knew no tries."""
    told = story("{power: stop, within: 1m}").line(10.0, "go").state(11.0, STOPPING)
    (run,) = told.engine._active.all()
    run.memo = {
        "stage": "under way",
        "began_at": 10.0,
        "boot": 0,
        "tries": 0,
        "retry_at": 10.0,
        "asked_at": 10.0,
    }

    assert told.restart(20.0, 5.0).until(99.0).details(Verdict.FAILED) == [
        "power: `stop` did not come to its goal in time, the state is stopping"
    ]
    assert told.verdicts[-2:] == ["70 failed", "70 cleared"]


# What a review broke


def test_a_start_that_older_wings_fails_is_no_humans_stop() -> None:
    """There it goes through `stopping`, and the error comes last (protocol 5.1)."""
    told = Story(rule("{power: start}"), ALL).state(1.0, OFFLINE).until(9.0).line(10.0, "go")
    told.state(11.0, STARTING).state(11.5, STOPPING).state(11.501, OFFLINE)
    told.at(11.51, ev.DaemonError, detail="no such image").until(20.0)

    assert told.calls == ["10 power start", "13.501 power start"]


def test_a_humans_stop_of_a_start_is_known_as_one_once_no_error_came() -> None:
    told = Story(rule("{power: start}"), ALL).state(1.0, OFFLINE).until(9.0).line(10.0, "go")
    told.state(11.0, STARTING).state(11.5, STOPPING).state(12.0, OFFLINE).until(99.0)

    assert told.calls == ["10 power start"]
    assert "16.5 refused" in told.verdicts


class TestForce:
    def test_it_counts_from_what_wings_took(self) -> None:
        told = story("{power: stop, force_after: 1m}")
        told.answer = lambda _: Outcome(Result.FAILED, "nobody answers")
        told.line(10.0, "go").until(80.0)
        told.answer = lambda _: DONE
        told.until(165.0)

        assert told.calls[-2:] == ["100 power stop", "160 power kill"]

    def test_its_clock_is_stopped_while_a_gate_holds_the_stop(self) -> None:
        limits = Limits(arm=Arm.LIVE, allow=ALL.allow, power_node=Budget(1, 3600.0))
        told = Story(rule("{power: restart, force_after: 90s}"), limits)
        told.at(0.0, ev.ServerListed, profile=replace(OTHER, node="eu")).at(0.0, ev.LinkUp, server=OTHER.uuid)
        told.at(0.0, ev.StateReported, server=OTHER.uuid, state=RUNNING)
        told.answer = lambda call: LOCKED if call.server == LOBBY.uuid else DONE
        told.line(10.0, "go").line(10.5, "go", server=OTHER.uuid)
        told.answer = lambda _: DONE
        told.state(11.0, STOPPING, server=OTHER.uuid).state(12.0, OFFLINE, server=OTHER.uuid)
        told.state(13.0, STARTING, server=OTHER.uuid).state(14.0, RUNNING, server=OTHER.uuid).until(3690.0)

        ours = [f"{mono:g} {call.signal}" for mono, _, call in powers(told) if call.server == LOBBY.uuid]
        assert ours == ["10 restart", "3610.5 restart"]

    def test_of_what_somebody_else_has_on_its_way_it_spends_the_budgets(self) -> None:
        hour = Budget(1, 3600.0)
        limits = Limits(arm=Arm.LIVE, allow=ALL.allow, power_fleet=hour)
        told = Story(rule("{power: stop, force_after: 1s}"), limits)
        for mono in (10.0, 110.0):
            told.state(mono, STOPPING).line(mono + 1.0, "go").until(mono + 10.0)
            told.state(mono + 11.0, OFFLINE).state(mono + 12.0, STARTING).state(mono + 13.0, RUNNING)

        assert [call for call in told.calls if "kill" in call] == ["12 power kill"]

    def test_a_killed_restart_whose_start_is_held_gives_its_slot_back(self) -> None:
        limits = Limits(arm=Arm.LIVE, allow=ALL.allow, parallel=1, power_node=Budget(1, 3600.0))
        told = Story(rule("{power: restart, force_after: 5s}"), limits)
        told.at(0.0, ev.ServerListed, profile=OTHER).at(0.0, ev.LinkUp, server=OTHER.uuid)
        told.at(0.0, ev.StateReported, server=OTHER.uuid, state=RUNNING)
        told.line(10.0, "go").state(11.0, STOPPING).until(15.0).state(15.1, OFFLINE).until(40.0)

        assert told.line(50.0, "go", server=OTHER.uuid).calls[-1] == "50 power restart"


def powers(told: Story) -> list[tuple[float, int, SetPower]]:
    return [(mono, number, call) for mono, number, call in told.asked if isinstance(call, SetPower)]


@pytest.mark.parametrize(("power", "state"), [("start", STARTING), ("stop", STOPPING)])
def test_what_somebody_else_has_on_its_way_has_as_long_as_what_we_asked(power: str, state: State) -> None:
    told = Story(rule(f"{{power: {power}, within: 5m, else: [{{notify: ops, text: late}}]}}"), ALL)
    if state is STARTING:
        told.state(1.0, OFFLINE)
    told.state(2.0, state).until(9.0).line(10.0, "go").until(999.0)

    assert told.calls == ["310 notify ops: late", "310 notify ops: on"]


class TestUnseen:
    def test_the_time_in_which_nobody_sees_the_state_is_none_of_within(self) -> None:
        told = (
            story("{power: restart, within: 1m}").line(10.0, "go").state(11.0, STOPPING).state(12.0, OFFLINE)
        )
        told.at(12.5, ev.PanelLost).until(600.0).at(610.0, ev.LinkLost).at(3600.0, ev.PanelBack).until(3700.0)
        told.at(3700.0, ev.LinkUp).at(3700.0, ev.StateReported, state=OFFLINE).until(3701.0)

        assert told.calls == ["10 power restart", "3700 power start"]
        assert told.details(Verdict.FAILED) == []

    def test_who_sees_nothing_for_two_hours_says_so(self) -> None:
        told = story("{power: stop}").line(10.0, "go").at(11.0, ev.LinkLost, reason="x").until(9000.0)

        assert told.details(Verdict.NOT_POSSIBLE) == [
            "power: dropped after 2h, what became of it was not seen: the state is unknown"
        ]
        assert "7211 not_possible" in told.verdicts

    def test_a_restart_that_fell_unseen_is_ours_to_end_however_late(self) -> None:
        told = story("{power: restart}").line(10.0, "go").at(10.5, ev.LinkLost).at(11.5, ev.PanelLost)
        told.at(20.0, ev.LinkUp).at(20.0, ev.StateReported, state=OFFLINE).until(18_000.0)

        assert told.at(18_000.0, ev.PanelBack).until(18_001.0).calls[1:] == ["18000 power start"]

    @pytest.mark.parametrize(("settle", "link_after"), [(0.0, 1.0), (0.0, 150.0), (180.0, 1.0)])
    def test_nor_is_that_in_which_automaton_was_away_and_settled(
        self, settle: float, link_after: float
    ) -> None:
        rules, limits = rule("{power: restart, within: 2m}"), replace(ALL, settle=settle)
        told = Story(rules, limits).until(200.0).line(200.0, "go").state(201.0, STOPPING)
        told.at(201.5, ev.PanelLost).state(202.0, OFFLINE).until(1200.0).at(1200.0, ev.LinkLost)
        told.restart(1200.0, 5.0).until(1205.0 + link_after)
        told.at(1205.0 + link_after, ev.LinkUp)
        told.at(1205.0 + link_after, ev.StateReported, state=OFFLINE).until(1206.0 + link_after + settle)

        assert told.calls[1:] == [f"{1205.0 + max(settle, link_after):g} power start"]


def test_the_two_hours_begin_when_the_panel_is_back() -> None:
    """Else those that wait for a slot are dropped, and their servers left down."""
    rules = rule("{power: restart}")
    told = Story(rules, ALL)
    told.at(0.0, ev.ServerListed, profile=OTHER).at(0.0, ev.LinkUp, server=OTHER.uuid)
    told.at(0.0, ev.StateReported, server=OTHER.uuid, state=RUNNING)
    for server in (LOBBY.uuid, OTHER.uuid):
        told.line(10.0, "go", server=server).state(11.0, STOPPING, server=server)
        told.at(11.5, ev.PanelLost, server=server).state(12.0, OFFLINE, server=server)
    told.adopt(100.0, rules, ONE_AT_A_TIME).until(7180.0)
    for server in (LOBBY.uuid, OTHER.uuid):
        told.at(7180.0, ev.PanelBack, server=server)
    told.until(7180.5).state(7181.0, STARTING).until(7300.0).state(7301.0, RUNNING).until(7302.0)

    assert [f"{mono:g} {call.server}" for mono, _, call in powers(told)][2:] == [
        "7180 u-lobby",
        "7301 u-other",
    ]


def test_a_start_that_cannot_be_asked_does_not_keep_the_lock() -> None:
    told = Story(
        """
        rules:
          - {id: a, when: {console: '^go'}, do: [{power: start, within: 1h}]}
          - {id: b, when: {event: crash.unhandled}, do: [{backup: b}]}
        """,
        ALL,
    )
    told.answer = lambda call: Outcome(Result.FAILED, "no", passing=True) if call.verb == "power" else DONE
    told.state(1.0, OFFLINE).until(9.0).line(10.0, "go").at(11.0, ev.LinkLost).until(60.0)

    assert told.happens(61.0, "crash.unhandled").calls[-1] == "61 backup"


def test_who_stops_a_server_in_the_midst_of_our_tries_means_those_of_an_override_too() -> None:
    told = story("{power: start, override: operator}", OFFLINE).line(10.0, "go")
    told.state(11.0, STARTING).memory(11.5, 5, uptime=1.0).state(12.0, STOPPING).state(13.0, OFFLINE).until(
        99.0
    )

    assert told.calls == ["10 power start"]
    assert "12 refused" in told.verdicts


def test_a_server_that_goes_in_the_midst_of_a_restart_is_reported() -> None:
    told = Story(rule("{power: restart}"), replace(ALL, report="reports")).line(10.0, "go")
    told.state(11.0, STOPPING).at(12.0, ev.ServerGone, reason="missing from the list")

    assert told.calls[1:] == ["12 notify reports: lobby: rule a: the server is gone"]


def test_a_silence_in_the_midst_of_a_restart_is_reported() -> None:
    told = Story(rule("{power: restart}"), replace(ALL, report="reports")).line(10.0, "go")
    told.state(11.0, STOPPING).state(12.0, OFFLINE).state(13.0, STARTING).state(14.0, OFFLINE)
    told.at(14.0, ev.StartFailed).happens(14.0, "crash.unhandled")
    told.at(15.0, ev.SilenceBegan, server="", id="s", rules=("a",), servers=(), until=999.0).until(20.0)

    assert told.calls[1:] == ["16 notify reports: lobby: rule a: held by a silence (silence s)"]


@pytest.mark.parametrize(
    ("limits", "events", "report"),
    [
        (ALL, [], "the step failed, and its `else` runs (power: `restart` did not come to its goal in time"),
        (ALL, [(5.0, ev.PanelLost)], "held while the Panel does not answer"),
        (ALL, [(5.0, ev.LinkLost)], "dropped after 2h, nothing was sent: the state is unknown"),
    ],
)
def test_what_a_power_action_waits_or_fails_for_is_reported(
    limits: Limits, events: list[tuple[float, type[ev.Event]]], report: str
) -> None:
    restarts = "rules: [{id: a, when: {event: ready}, do: [{power: restart, else: []}]}]"
    told = Story(restarts, replace(limits, report="reports"))
    for mono, kind in events:
        told.at(mono, kind)

    assert any(report in call for call in told.happens(10.0, "ready").until(9000.0).calls)


def test_a_power_action_that_waits_for_wings_is_reported() -> None:
    told = Story(rule("{power: stop}"), replace(ALL, report="reports")).state(9.0, OFFLINE)

    assert any("held until Wings has restarted" in call for call in told.line(10.0, "go").calls)
