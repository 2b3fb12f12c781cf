"""Lines are filled before the first is typed, and each is typed after the answer to the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from automaton.core.calls import SendCommand
from automaton.core.console.command import CommandRefused
from automaton.core.decision import Verdict
from automaton.core.events import Profile, State
from automaton.core.facts.facts import Facts
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.pack import Pack
from automaton.core.rules.action import Ask, EndRun, Memo, Next, Progress
from automaton.core.rules.rule import Rule
from automaton.core.rules.scene import StepScene
from automaton.core.runs.typist import type_lines


def scene(state: State | None = State.RUNNING, *, console: bool = True) -> StepScene:
    facts = Facts(Profile(uuid="u", id="u", name="lobby"))
    facts.connected, facts.state = state is not None, state
    return StepScene(now=Moment(0.0, 0.0), facts=facts, rule=Rule(id="a"), pack=Pack("mine", console=console))


def step(at: StepScene, memo: Memo | None, lines: Sequence[str] = ("one", "two")) -> Progress:
    return type_lines(at, memo, lambda: lines)


def typed(progress: Progress) -> str:
    assert isinstance(progress, Ask)
    assert isinstance(progress.call, SendCommand)
    return progress.call.command


def refuse() -> Sequence[str]:
    raise CommandRefused("a line break")


def test_lines_are_typed_in_order_and_then_it_is_done() -> None:
    first = step(scene(), None)
    assert isinstance(first, Ask)
    answered = replace(scene(), outcome=Outcome(Result.DONE))
    second = step(answered, first.memo)
    assert isinstance(second, Ask)

    assert (typed(first), typed(second)) == ("one", "two")
    assert step(answered, second.memo) == Next()


@pytest.mark.parametrize("result", [Result.REFUSED, Result.FAILED])
def test_after_a_line_that_was_not_typed_no_other_is(result: Result) -> None:
    first = step(scene(), None)
    assert isinstance(first, Ask)

    assert step(replace(scene(), outcome=Outcome(result, "no")), first.memo) == EndRun(Verdict.FAILED, "no")


def test_that_the_last_line_may_not_have_been_typed_is_said() -> None:
    only = step(scene(), None, ["one"])
    assert isinstance(only, Ask)

    unknown = replace(scene(), outcome=Outcome(Result.UNKNOWN, "silence"))
    assert step(unknown, only.memo) == Next(Verdict.UNCERTAIN, "silence")


def test_nothing_is_typed_of_lines_of_which_one_cannot_be_made_safe() -> None:
    assert type_lines(scene(), None, refuse) == EndRun(Verdict.REFUSED, "a line break")


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (scene(console=False), "this game takes no commands"),
        (scene(State.OFFLINE), "the server is offline"),
        (scene(None), "the server is not known to be running"),
    ],
)
def test_where_nothing_can_be_typed_it_is_skipped_with_the_reason(at: StepScene, reason: str) -> None:
    assert step(at, None) == Next(Verdict.NOT_POSSIBLE, reason)
