"""A power action is done when its goal holds."""

from __future__ import annotations

import pytest

from automaton.core import events as ev
from automaton.core.calls import Signal
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.gates import Allowance, Budget, Limits
from automaton.core.outcome import Outcome, Result
from automaton.core.rule import Arm
from tests.core.story import DONE, Story

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
