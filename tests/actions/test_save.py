"""A save is done when the game says so."""

from __future__ import annotations

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.gates.limits import Limits
from automaton.core.outcome import Outcome, Result
from tests.core.story import LIVE, Story

SAVED = "[12:00:00] [Server thread/INFO]: Saved the game"


def story(save: str, limits: Limits = LIVE) -> Story:
    """A line `go` begins the save; a notification tells that the run went on."""
    do = f"[{save}, {{notify: ops, text: on}}]"
    return Story(f"rules: [{{id: a, when: {{console: '^go'}}, do: {do}}}]", limits)


@pytest.mark.parametrize("save", ["save", "{save: 60s}", "{save: 60s, else: []}", "{save: , else: []}"])
def test_it_is_done_when_the_game_confirms_it(save: str) -> None:
    told = story(save).line(10.0, "go")
    assert told.calls == ["10 send save-all"]

    assert told.line(12.0, SAVED).calls == ["10 send save-all", "12 notify ops: on"]


def test_a_confirmation_that_comes_before_the_answer_to_the_command_counts() -> None:
    """The game says it within milliseconds, the Panel answers when it has come back from Wings."""
    told = story("save")
    told.answer = lambda call: None if call.verb == "send" else Outcome(Result.DONE)
    told.line(10.0, "go").line(10.1, SAVED)
    assert told.calls == ["10 send save-all"]

    assert told.ends(10.5, told.asked[0][1]).calls == ["10 send save-all", "10.5 notify ops: on"]


def test_what_a_player_says_confirms_nothing() -> None:
    told = story("save").line(10.0, "go").line(11.0, "[12:00:00] [Server thread/INFO]: <Eve> Saved the game")

    assert told.calls == ["10 send save-all"]


def test_without_a_confirmation_in_time_the_run_fails() -> None:
    told = story("{save: 30s}").line(10.0, "go").until(39.0)
    assert told.details(Verdict.FAILED) == []

    assert told.until(41.0).details(Verdict.FAILED) == ["save: no answer within 30 s"]


def test_without_a_confirmation_its_else_runs_and_the_run_goes_on() -> None:
    told = story("{save: 30s, else: [{notify: ops, text: unsaved}]}").line(10.0, "go").until(99.0)

    assert told.calls == ["10 send save-all", "40 notify ops: unsaved", "40 notify ops: on"]


def test_without_a_time_of_its_own_it_takes_the_packs() -> None:
    told = story("save").line(10.0, "go").until(69.0)
    assert told.details(Verdict.FAILED) == []

    assert told.until(71.0).details(Verdict.FAILED) == ["save: no answer within 60 s"]


def test_a_command_that_is_not_taken_is_no_save() -> None:
    told = story("{save: 30s, else: [{notify: ops, text: unsaved}]}")
    told.answer = lambda call: Outcome(Result.FAILED, "down") if call.verb == "send" else Outcome(Result.DONE)

    assert told.line(10.0, "go").calls[1:] == ["10 notify ops: unsaved", "10 notify ops: on"]


def test_where_the_game_has_no_save_it_is_skipped() -> None:
    told = story("save")
    told.at(0.5, ev.ServerListed, profile=ev.Profile(uuid="u-lobby", id="lobby", name="lobby", egg="Toy"))

    assert told.line(10.0, "go").calls == ["10 notify ops: on"]
    assert told.details(Verdict.NOT_POSSIBLE) == ["save: this server's pack has no save"]


def test_where_the_server_is_not_running_it_is_skipped() -> None:
    told = story("save").state(1.0, State.STOPPING).line(10.0, "go")

    assert told.calls == ["10 notify ops: on"]


def test_a_server_that_stops_meanwhile_keeps_the_run_no_longer() -> None:
    told = story("save").line(10.0, "go").state(11.0, State.STOPPING)

    assert told.calls == ["10 send save-all", "11 notify ops: on"]
    assert told.details(Verdict.NOT_POSSIBLE) == ["save: the server is stopping"]


def test_in_shadow_an_unsent_save_counts_as_done() -> None:
    told = story("{save: 30s, else: [end]}", Limits(arm=Arm.SHADOW)).line(10.0, "go")

    assert [one.held[0].verb for one in told.decisions if one.verdict is Verdict.SHADOW] == ["send", "notify"]


def test_after_a_restart_of_automaton_it_asks_again() -> None:
    told = story("save").line(10.0, "go").restart(20.0, 30.0).line(60.0, SAVED)

    assert told.calls == ["10 send save-all", "50 send save-all", "60 notify ops: on"]
