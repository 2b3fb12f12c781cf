"""A probe asks before anybody judges."""

from __future__ import annotations

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import Call
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.gates.limits import Limits
from automaton.core.outcome import Outcome, Result
from tests.core.story import LIVE, Story

ANSWER = "[12:00:00] [Server thread/INFO]: There are 3 of a max of 20 players online: a, b, c"
DONE = Outcome(Result.DONE)
ASKED = ["10 send list", "10 send minecraft:list"]  # by the game itself, whatever a plugin makes of `list`
FROZEN = "{probe: 30s, else: [{notify: ops, text: frozen}]}"


def story(probe: str = FROZEN, limits: Limits = LIVE) -> Story:
    do = f"[{probe}, {{notify: ops, text: on}}]"
    return Story(f"rules: [{{id: a, when: {{console: '^go'}}, do: {do}}}]", limits)


@pytest.mark.parametrize("probe", ["probe", "{probe: 30s}", FROZEN])
def test_an_answer_lets_the_run_go_on(probe: str) -> None:
    told = story(probe).line(10.0, "go").line(11.0, ANSWER)

    assert told.calls == [*ASKED, "11 notify ops: on"]


def test_without_an_answer_its_else_runs_and_the_run_goes_on() -> None:
    told = story().line(10.0, "go").until(99.0)

    assert told.calls == [*ASKED, "40 notify ops: frozen", "40 notify ops: on"]


def test_without_an_answer_and_an_else_the_run_fails() -> None:
    told = story("{probe: 30s}").line(10.0, "go").until(99.0)

    assert told.details(Verdict.FAILED) == ["probe: no answer within 30 s"]


def test_other_lines_are_no_answer() -> None:
    told = story().line(10.0, "go").line(11.0, "[12:00:00] [Server thread/INFO]: tick").until(99.0)

    assert told.calls[2] == "40 notify ops: frozen"


def answered(outcome: Outcome) -> Story:
    told = story()

    def answer(call: Call) -> Outcome:
        return outcome if call.verb == "send" else DONE

    told.answer = answer
    return told.line(10.0, "go").until(99.0)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(Result.FAILED, "the Panel is down"),
        Outcome(Result.REFUSED, "no"),
        Outcome(Result.UNKNOWN, "?"),
    ],
)
def test_a_question_that_was_perhaps_never_asked_judges_nobody(outcome: Outcome) -> None:
    told = answered(outcome)

    assert told.calls[0] == "10 send list"
    assert set(told.calls) <= set(ASKED)
    assert len(told.details(Verdict.NOT_POSSIBLE)) == 1


def test_where_the_question_cannot_be_asked_the_run_ends() -> None:
    told = story().state(1.0, State.STOPPING).line(10.0, "go")

    assert told.calls == []
    assert told.details(Verdict.NOT_POSSIBLE) == ["probe: the server is stopping"]


def test_where_the_game_has_no_question_the_run_ends() -> None:
    told = story()
    told.at(0.5, ev.ServerListed, profile=ev.Profile(uuid="u-lobby", id="lobby", name="lobby", egg="Toy"))

    assert told.line(10.0, "go").calls == []


def test_a_link_that_is_lost_meanwhile_proves_nothing() -> None:
    told = story().line(10.0, "go").at(20.0, ev.LinkLost).until(99.0)

    assert told.calls == ASKED
    assert told.details(Verdict.NOT_POSSIBLE) == ["probe: the link was lost, so nobody can hear the answer"]


def test_in_shadow_nobody_is_asked_and_nobody_judged() -> None:
    told = story(limits=Limits(arm=Arm.SHADOW)).line(10.0, "go").until(99.0)

    assert [one.held[0].verb for one in told.decisions if one.verdict is Verdict.SHADOW] == ["send"] * len(
        ASKED
    )
    assert told.details(Verdict.NOT_POSSIBLE) == ["probe: in shadow nobody is asked"]


def test_after_a_restart_of_automaton_it_asks_again() -> None:
    told = story().line(10.0, "go").restart(20.0, 30.0).line(60.0, ANSWER)

    assert told.calls == [*ASKED, "50 send list", "50 send minecraft:list", "60 notify ops: on"]
