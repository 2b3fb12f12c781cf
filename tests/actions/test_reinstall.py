"""A server is installed anew through all gates of power, once, and it is done when that has ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.gates.limits import Allowance, Budget, Limits
from automaton.core.outcome import Outcome, Result
from tests.core.story import DONE, LOBBY, Story, book

ALLOWED = Limits(arm=Arm.LIVE, allow=(Allowance(reinstall=True),))
LOCKED = Outcome(Result.REFUSED, "another power action is running", passing=True)


def story(
    reinstall: str = "reinstall", limits: Limits = ALLOWED, state: State | None = State.RUNNING
) -> Story:
    do = f"[{reinstall}, {{notify: ops, text: on}}]"
    return Story(f"rules: [{{id: a, when: {{event: chat}}, do: {do}}}]", limits, state=state)


def go(told: Story, mono: float = 10.0) -> Story:
    return told.happens(mono, "chat")


def test_it_is_done_when_the_installation_has_ended() -> None:
    told = go(story())
    assert told.calls == ["10 reinstall"]

    assert told.happens(70.0, "install.completed").calls == ["10 reinstall", "70 notify ops: on"]


def test_an_installation_that_does_not_end_in_time_fails() -> None:
    told = go(story("{reinstall: 5m}")).until(309.0)
    assert told.details(Verdict.FAILED) == []

    assert told.until(311.0).details(Verdict.FAILED) == ["reinstall: the installation did not end in time"]


def test_without_a_time_it_has_half_an_hour() -> None:
    assert go(story()).until(1809.0).details(Verdict.FAILED) == []
    assert len(go(story()).until(1811.0).details(Verdict.FAILED)) == 1


def test_it_must_be_allowed_by_name() -> None:
    for limits in (LIVE_WITHOUT, Limits(arm=Arm.LIVE)):
        told = go(story(limits=limits))

        assert told.calls == []
        assert told.details(Verdict.REFUSED) == [
            "`limits.allow` does not name power `reinstall` for this server"
        ]


LIVE_WITHOUT = Limits(arm=Arm.LIVE, allow=(Allowance(),))


def stopped_by_hand(step: str) -> Story:
    told = story(step).state(1.0, State.STOPPING).state(2.0, State.OFFLINE)
    return go(told, 60.0)


def test_a_server_that_an_operator_stopped_is_not_installed() -> None:
    told = stopped_by_hand("reinstall")

    assert told.calls == []
    (detail,) = told.details(Verdict.REFUSED)
    assert "an operator stopped this server" in detail


def test_unless_the_rule_says_so() -> None:
    assert stopped_by_hand("{reinstall: 5m, override: operator}").calls == ["60 reinstall"]


def test_it_spends_the_budgets_of_power_and_waits_for_them() -> None:
    limits = replace(ALLOWED, power_server=Budget(1, 600.0))
    told = go(go(story(limits=limits)).happens(20.0, "install.completed"), 30.0)
    assert told.calls == ["10 reinstall", "20 notify ops: on"]

    assert told.until(611.0).calls == ["10 reinstall", "20 notify ops: on", "610 reinstall"]


def test_it_waits_for_a_panel_that_does_not_answer() -> None:
    told = go(story().at(5.0, ev.PanelLost))
    assert told.calls == []

    assert told.at(50.0, ev.PanelBack).until(51.0).calls == ["50 reinstall"]


def test_what_mutes_power_holds_it() -> None:
    rules = (
        "rules:"
        "\n  - {id: a, when: {event: chat}, until: 1h, do: [reinstall]}"
        "\n  - {id: m, by: node, while: 'count(memory_pct > 90) >= 1', mutes: {rules: [a], actions: [power]}}"
    )
    told = go(Story(rules, ALLOWED).memory(5.0, 95))
    assert told.calls == []

    assert told.memory(30.0, 10).until(31.0).calls == ["30 reinstall"]


def test_the_fleets_state_holds_it() -> None:
    held = book("rules: [{id: x, by: fleet, while: share(suspended) > 0.5, do: []}]").rules[0].holds
    told = go(story(limits=replace(ALLOWED, hold_power_if=held)).at(5.0, ev.ServerListed, profile=SUSPENDED))

    assert told.calls == []
    assert told.details(Verdict.HELD_BY_FLEET) == ["`limits.hold_power_if`"]


SUSPENDED = replace(LOBBY, suspended=True)


def test_while_the_state_is_unknown_it_waits() -> None:
    told = go(story().at(5.0, ev.LinkLost, reason=""))
    assert told.calls == []
    told.at(60.0, ev.LinkUp).at(60.0, ev.StateReported, state=State.RUNNING)

    assert told.calls == ["60 reinstall"]


def test_wings_lock_is_met_again_a_little_later() -> None:
    told = story()
    answers = [LOCKED, DONE]
    told.answer = lambda call: answers.pop(0) if call.verb == "reinstall" else DONE

    assert go(told).until(20.0).calls == ["10 reinstall", "15 reinstall"]


def test_a_server_that_is_installed_by_somebody_else_is_not_installed_twice() -> None:
    told = story().happens(5.0, "install.started")
    told.answer = lambda call: replace(LOCKED, detail="it installs") if call.verb == "reinstall" else DONE

    assert go(told).until(100.0).details(Verdict.FAILED) == ["reinstall: it installs"]


def test_after_a_restart_of_automaton_it_waits_on_where_the_panel_still_installs() -> None:
    told = go(story())
    told.at(12.0, ev.ServerListed, profile=replace(LOBBY, installing=True)).restart(20.0, 30.0)
    assert told.calls == ["10 reinstall"]

    assert told.happens(90.0, "install.completed").calls == ["10 reinstall", "90 notify ops: on"]


def test_one_that_ended_while_automaton_was_away_is_done() -> None:
    """The list of servers is newer than the Panel's answer, and says that nothing is installed."""
    assert go(story()).restart(20.0, 30.0).calls == ["10 reinstall", "50 notify ops: on"]


def test_to_rules_an_installation_that_ended_unseen_is_over_too() -> None:
    told = go(story()).happens(12.0, "install.started")
    assert told.engine.servers()[LOBBY.uuid].facts.installing

    told.restart(20.0, 30.0)

    assert not told.engine.servers()[LOBBY.uuid].facts.installing


def test_one_of_which_the_answer_never_came_is_not_sent_again_and_fails() -> None:
    told = story()
    told.answer = lambda call: None if call.verb == "reinstall" else DONE
    go(told).restart(11.0, 30.0)

    assert told.calls == ["10 reinstall"]
    assert "it is not asked for again" in told.details(Verdict.FAILED)[0]


def test_one_of_which_the_answer_never_came_is_waited_for_where_the_panel_installs() -> None:
    told = story()
    told.answer = lambda call: None if call.verb == "reinstall" else DONE
    go(told).at(12.0, ev.ServerListed, profile=replace(LOBBY, installing=True)).restart(13.0, 30.0)

    assert told.happens(90.0, "install.completed").calls == ["10 reinstall", "90 notify ops: on"]


def test_an_answer_that_was_lost_leaves_it_waiting_for_the_end() -> None:
    told = story()
    told.answer = lambda call: Outcome(Result.UNKNOWN, "silent") if call.verb == "reinstall" else DONE
    go(told)

    assert told.happens(90.0, "install.completed").calls == ["10 reinstall", "90 notify ops: on"]


@pytest.mark.parametrize("result", [Result.REFUSED, Result.FAILED])
def test_a_refusal_fails_the_run_with_the_reason(result: Result) -> None:
    told = story()
    told.answer = lambda call: Outcome(result, "no") if call.verb == "reinstall" else DONE

    assert go(told).details(Verdict.FAILED) == ["reinstall: no"]


def test_in_shadow_it_counts_as_done() -> None:
    told = go(story(limits=Limits(allow=ALLOWED.allow)))

    assert told.calls == []
    assert len(told.details(Verdict.SHADOW)) == 2


def test_once_it_was_asked_for_a_clear_ends_the_run_no_more() -> None:
    rule = "{id: a, while: memory_pct > 90, do: [reinstall, {notify: ops, text: on}]}"
    told = Story(f"rules: [{rule}]", ALLOWED).memory(10.0, 95).memory(20.0, 10)

    assert told.happens(90.0, "install.completed").calls == ["10 reinstall", "90 notify ops: on"]
