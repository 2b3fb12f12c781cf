"""A question ends in one way, and says which."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automaton.core.calls import SendCommand
from automaton.core.events import Profile, State
from automaton.core.facts.facts import Facts
from automaton.core.happening import Happening
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.pack import Pack, Question
from automaton.core.rules.action import Ask, Memo, Rest
from automaton.core.rules.rule import Rule
from automaton.core.rules.scene import SHADOW, StepScene
from automaton.core.runs.question import Answered, Ending, put

QUESTION = Question(("save-off", "save-all"), 60.0)
DONE = Outcome(Result.DONE)


def scene(mono: float = 0.0, *, state: State | None = State.RUNNING) -> StepScene:
    facts = Facts(Profile(uuid="u", id="u", name="lobby"))
    facts.connected, facts.state = state is not None, state
    return StepScene(now=Moment(mono, mono), facts=facts, rule=Rule(id="a"), pack=Pack("mine"))


def step(at: StepScene, memo: Memo | None) -> Ask | Rest | Answered:
    return put(at, memo, QUESTION, 30.0, "@saved")


def typed(outcome: Outcome = DONE) -> Memo:
    """The memo once both lines were typed, at second 5."""
    first = step(scene(), None)
    assert isinstance(first, Ask)
    second = step(replace(scene(4.0), outcome=outcome), first.memo)
    assert isinstance(second, Ask)
    resting = step(replace(scene(5.0), outcome=DONE), second.memo)
    assert isinstance(resting, Rest)
    return resting.memo


def test_its_lines_are_typed_one_after_the_other() -> None:
    first = step(scene(), None)
    assert isinstance(first, Ask)
    second = step(replace(scene(1.0), outcome=DONE), first.memo)
    assert isinstance(second, Ask)

    assert [first.call, second.call] == [
        SendCommand(server="u", command="save-off"),
        SendCommand(server="u", command="save-all"),
    ]


def test_the_time_counts_from_the_last_line() -> None:
    assert step(scene(34.9), typed()) == Rest(typed(), 35.0)
    assert step(scene(35.0), typed()) == Answered(Ending.LATE, "no answer within 30 s")


def test_the_answer_ends_it() -> None:
    at = replace(scene(6.0), happened=(Happening("@saved"),))

    assert step(at, typed()) == Answered(Ending.ANSWERED)


def test_an_answer_that_is_heard_with_the_end_of_the_last_call_ends_it() -> None:
    first = step(scene(), None)
    assert isinstance(first, Ask)
    second = step(replace(scene(1.0), outcome=DONE), first.memo)
    assert isinstance(second, Ask)

    at = replace(scene(2.0), outcome=DONE, happened=(Happening("@saved"),))
    assert step(at, second.memo) == Answered(Ending.ANSWERED)


def test_an_answer_counts_whatever_else_is_heard_before_the_call_ends() -> None:
    first = step(scene(), None)
    assert isinstance(first, Ask)
    heard = (Happening("@counted"), Happening("@saved"), Happening("@counted"))

    second = step(replace(scene(1.0), outcome=DONE, happened=heard), first.memo)
    assert isinstance(second, Ask)
    assert step(replace(scene(2.0), outcome=DONE), second.memo) == Answered(Ending.ANSWERED)


def test_a_line_that_was_perhaps_not_typed_leaves_its_end_unsure() -> None:
    assert isinstance(step(scene(34.0), typed(Outcome(Result.UNKNOWN))), Rest)
    late = step(scene(35.0), typed(Outcome(Result.UNKNOWN)))

    assert isinstance(late, Answered)
    assert late.ending is Ending.UNSURE


@pytest.mark.parametrize("result", [Result.REFUSED, Result.FAILED])
def test_a_line_that_is_not_taken_ends_it(result: Result) -> None:
    first = step(scene(), None)
    assert isinstance(first, Ask)

    assert step(replace(scene(1.0), outcome=Outcome(result, "no")), first.memo) == Answered(
        Ending.FAILED, "no"
    )


def test_in_shadow_all_lines_are_recorded() -> None:
    shadow = Outcome(Result.DONE, way=SHADOW)
    first = step(scene(), None)
    assert isinstance(first, Ask)
    second = step(replace(scene(), outcome=shadow), first.memo)
    assert isinstance(second, Ask)

    ended = step(replace(scene(), outcome=shadow), second.memo)
    assert ended == Answered(Ending.SHADOWED, "in shadow nobody is asked")


@pytest.mark.parametrize("state", [State.OFFLINE, State.STARTING, State.STOPPING, None])
def test_only_a_server_that_runs_is_asked(state: State | None) -> None:
    ended = step(scene(state=state), None)

    assert isinstance(ended, Answered)
    assert ended.ending is Ending.IMPOSSIBLE


def test_a_lost_link_keeps_it_waiting_and_an_end_of_the_server_does_not() -> None:
    assert isinstance(step(scene(6.0, state=None), typed()), Rest)
    ended = step(scene(6.0, state=State.OFFLINE), typed())

    assert ended == Answered(Ending.IMPOSSIBLE, "the server is offline")


def test_a_game_without_a_console_is_asked_nothing() -> None:
    at = replace(scene(), pack=Pack("valheim", console=False))

    assert step(at, None) == Answered(Ending.IMPOSSIBLE, "this game takes no commands")
