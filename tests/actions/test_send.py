"""Commands are typed, each after the outcome of the one before."""

from __future__ import annotations

from automaton.core.decision import Verdict
from automaton.core.events import Profile, ServerListed, State
from automaton.core.outcome import Outcome, Result
from tests.core.story import DONE, on_crash


def test_commands_are_sent_in_order_each_after_the_outcome_of_the_one_before() -> None:
    told = on_crash("{send: [one, two]}")
    told.answer = lambda _: None
    told.happens(1.0, "crash")
    assert told.calls == ["1 send one"]

    assert told.ends(2.0, told.asked[0][1]).calls == ["1 send one", "2 send two"]


def test_a_command_that_failed_fails_the_run() -> None:
    told = on_crash("{send: [one, two]}, {notify: ops}")
    told.answer = lambda _: Outcome(Result.FAILED, "nobody answers")

    assert told.happens(1.0, "crash").calls == ["1 send one"]
    assert told.details(Verdict.FAILED) == ["send: nobody answers"]


def test_a_command_whose_outcome_is_unknown_is_said_to_be_and_the_run_goes_on() -> None:
    told = on_crash("{send: one}, {notify: ops, text: on}")
    told.answer = lambda call: Outcome(Result.UNKNOWN, "silence") if call.verb == "send" else DONE
    told.happens(1.0, "crash")

    assert told.calls == ["1 send one", "1 notify ops: on"]
    assert told.details(Verdict.UNCERTAIN) == ["send: silence"]


def test_where_the_game_takes_no_commands_it_is_skipped_and_the_run_goes_on() -> None:
    told = on_crash("{send: one}, {notify: ops, text: on}")
    told.at(0.5, ServerListed, profile=Profile(uuid="u-lobby", id="lobby", name="lobby", egg="Valheim"))
    told.happens(1.0, "crash")

    assert told.calls == ["1 notify ops: on"]
    assert told.details(Verdict.NOT_POSSIBLE) == ["send: this game takes no commands"]


def test_where_the_server_is_not_running_a_command_is_skipped_and_the_run_goes_on() -> None:
    told = on_crash("{send: one}, {say: hi}, {notify: ops, text: on}").state(0.5, State.OFFLINE)
    told.happens(1.0, "crash")

    assert told.calls == ["1 notify ops: on"]
    assert told.details(Verdict.NOT_POSSIBLE) == ["send: the server is offline", "say: the server is offline"]
