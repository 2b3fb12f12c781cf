"""A program is run by its name, with arguments that no stranger can make an option of."""

from __future__ import annotations

import pytest

from automaton.actions.exec_ import RunProgram
from automaton.core.calls import Call
from automaton.core.decision import Verdict
from automaton.core.outcome import Outcome, Result
from tests.core.story import DONE, Story


def story(exec_: str) -> Story:
    do = f"[{exec_}, {{notify: ops, text: on}}]"
    return Story(f"rules: [{{id: a, when: {{console: '^go ?(?P<what>.*)'}}, do: {do}}}]")


def test_it_is_run_with_its_arguments_filled_and_the_run_goes_on() -> None:
    told = story('{exec: rotate, args: ["--server", "${id}", "${it.what}; rm -rf /"]}').line(10.0, "go $(x)")

    assert told.asked[0][2] == RunProgram(
        server="u-lobby", program="rotate", arguments=("--server", "lobby", "$(x); rm -rf /")
    )
    assert told.calls == ["10 exec", "10 notify ops: on"]


def test_without_arguments_it_has_none() -> None:
    (_, _, call), _ = story("{exec: rotate}").line(10.0, "go").asked

    assert call == RunProgram(server="u-lobby", program="rotate")


@pytest.mark.parametrize("typed", ["-rf", "--output=/etc/passwd", "-"])
def test_a_value_never_begins_an_option(typed: str) -> None:
    told = story('{exec: rotate, args: "${it.what}"}').line(10.0, f"go {typed}")

    assert told.calls == []
    assert told.details(Verdict.REFUSED) == [
        "exec: a value would begin an argument with `-`, and be taken for an option"
    ]


def test_behind_the_rules_own_words_it_may() -> None:
    told = story('{exec: rotate, args: "--name=${it.what}"}').line(10.0, "go -x")

    assert told.calls == ["10 exec", "10 notify ops: on"]


@pytest.mark.parametrize("typed", ["a\x00b", "a\x1b[31m", "a\u202eb", "a\u2028b"])
def test_control_characters_are_refused(typed: str) -> None:
    assert story('{exec: rotate, args: "${it.what}"}').line(10.0, f"go {typed}").calls == []


def test_a_long_argument_is_refused() -> None:
    told = story('{exec: rotate, args: "${it.what}${it.what}"}').line(10.0, "go " + "x" * 1500)

    assert told.details(Verdict.REFUSED) == ["exec: an argument has 3000 characters, 2000 are the most"]


@pytest.mark.parametrize(
    ("outcome", "verdict", "calls"),
    [
        (Outcome(Result.FAILED, "ended with 3"), Verdict.FAILED, 1),
        (Outcome(Result.REFUSED, "no such program"), Verdict.FAILED, 1),
        (Outcome(Result.UNKNOWN, "cut off"), Verdict.UNCERTAIN, 2),
    ],
)
def test_how_it_ended_is_told(outcome: Outcome, verdict: Verdict, calls: int) -> None:
    def answer(call: Call) -> Outcome:
        return outcome if call.verb == "exec" else DONE

    told = story("{exec: rotate}")
    told.answer = answer
    told.line(10.0, "go")

    assert len(told.calls) == calls
    assert told.details(verdict) == [f"exec: {outcome.detail}"]


def test_it_waits_for_no_lock() -> None:
    told = Story(
        """
        rules:
          - {id: a, when: {console: '^go'}, do: [{countdown: 1m}]}
          - {id: b, when: {console: '^then'}, do: [{exec: rotate}]}
        """
    )

    assert told.line(10.0, "go").line(20.0, "then").calls == ["20 exec"]


def test_one_that_was_started_before_a_restart_of_automaton_counts_as_done() -> None:
    told = story("{exec: rotate}")
    told.answer = lambda call: None if call.verb == "exec" else DONE
    told.line(10.0, "go").restart(20.0, 30.0).until(99.0)

    assert told.calls == ["10 exec", "50 notify ops: on"]
