"""What can be learnt of a question over the websocket, which is never acknowledged."""

from __future__ import annotations

import pytest

from automaton.core.calls import Signal
from automaton.core.events import State
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.wings.pending_action import COMMAND_ANSWERED_WITHIN, PendingAction
from automaton.wings.session_output import ActionAnswered, NeedToken, Output, SendFrame
from tests.wings.talk import EXPIRED, GENERIC, LOCK, Talk, answering, kinds


def outcome(answers: list[Output]) -> Outcome:
    (answered,) = [answer for answer in answers if isinstance(answer, ActionAnswered)]
    return answered.outcome


def talking(state: str, *permissions: str) -> Talk:
    talk = Talk()
    talk.connects(state, talk.token(permissions=permissions or ("*",)))
    return talk


@pytest.mark.parametrize(
    ("state", "signal", "follows"),
    [
        ("offline", Signal.START, "starting"),
        ("running", Signal.STOP, "stopping"),
        ("running", Signal.KILL, "stopping"),
        ("running", Signal.RESTART, "stopping"),
        ("offline", Signal.RESTART, "starting"),
        ("stopping", Signal.KILL, "offline"),
    ],
)
def test_a_change_of_state_as_it_was_asked_for_is_the_answer(
    state: str, signal: Signal, follows: str
) -> None:
    talk = talking(state)

    assert talk.session.power(signal, talk.now) == [SendFrame(f'{{"event":"set state","args":["{signal}"]}}')]
    assert outcome(talk.hears("status", follows)) == Outcome(
        Result.DONE, f"the server is {follows}", "websocket"
    )


def test_a_question_is_sent_and_nobody_waits_for_more() -> None:
    talk = talking("running")

    sent = talk.session.ask("list", talk.now)

    assert sent == SendFrame('{"event":"send command","args":["list"]}')
    assert talk.session.power(Signal.STOP, talk.now) == [SendFrame('{"event":"set state","args":["stop"]}')]


def test_a_question_is_not_sent_while_an_action_waits_for_its_answer() -> None:
    talk = talking("running")
    talk.session.power(Signal.STOP, talk.now)

    assert talk.session.ask("list", talk.now) == Outcome(
        Result.FAILED, "another question to the node is not answered yet", "websocket"
    )


def test_an_error_soon_behind_a_question_answers_no_action_that_came_between() -> None:
    """The game may be restarting already: nobody says that it was refused, and nobody tries again."""
    talk = talking("running")
    talk.session.ask("list", talk.now)
    talk.session.power(Signal.RESTART, talk.now)

    assert "ActionAnswered" not in kinds(talk.hears("daemon error", answering(GENERIC)))
    assert talk.hears("throttled", "send command") == []
    assert outcome(talk.hears("status", "stopping")).result is Result.DONE

    talk.session.ask("list", talk.now)
    talk.session.power(Signal.RESTART, talk.now)
    of_the_action = outcome(talk.hears("daemon error", answering(LOCK)))
    assert of_the_action.result is Result.REFUSED, "that is no question's"
    talk.wait(3.0)
    talk.session.power(Signal.RESTART, talk.now)
    assert outcome(talk.hears("daemon error", answering(GENERIC))).result is Result.REFUSED


def test_no_token_is_renewed_while_an_error_may_be_that_of_a_question() -> None:
    talk = talking("starting")
    due = talk.session.next_deadline()  # that of the token
    talk.now = talk.now + (due - talk.now.mono - 1.0)
    talk.session.ask("list", talk.now)

    assert talk.session.next_deadline() == talk.now.mono + COMMAND_ANSWERED_WITHIN > due
    assert talk.session.advance(talk.now + 1.5) == []
    assert talk.session.advance(talk.now + COMMAND_ANSWERED_WITHIN) == [NeedToken(fresh=True)]


def test_a_question_is_not_sent_while_a_token_is_renewed() -> None:
    talk = talking("starting")
    talk.now = talk.now + (talk.session.next_deadline() - talk.now.mono)
    assert talk.session.advance(talk.now) == [NeedToken(fresh=True)]

    assert talk.session.ask("list", talk.now) == Outcome(Result.FAILED, "a token is renewed", "websocket")


@pytest.mark.parametrize(
    ("state", "permission", "text", "why"),
    [
        ("offline", "*", "list", "the server is offline"),
        ("running", "control.start", "list", "lacks the permission control.console"),
        ("running", "*", "x" * 5000, "longer than Wings takes"),
    ],
)
def test_a_question_that_would_be_futile_is_not_sent(
    state: str, permission: str, text: str, why: str
) -> None:
    talk = talking(state, permission)
    refused = talk.session.ask(text, talk.now)

    assert isinstance(refused, Outcome)
    assert refused.result is Result.REFUSED
    assert why in refused.detail


def test_wings_lock_is_a_refusal_that_passes() -> None:
    talk = talking("running")
    talk.session.power(Signal.RESTART, talk.now)

    assert outcome(talk.hears("daemon error", answering(LOCK))) == Outcome(
        Result.REFUSED, LOCK, "websocket", passing=True
    )


@pytest.mark.parametrize(("signal", "passing"), [(Signal.STOP, False), (Signal.START, True)])
def test_any_other_error_is_a_refusal_and_what_a_start_fails_for_may_pass(
    signal: Signal, passing: bool
) -> None:
    talk = talking("running")
    talk.session.power(signal, talk.now)

    assert outcome(talk.hears("daemon error", answering(GENERIC))) == Outcome(
        Result.REFUSED, GENERIC, "websocket", passing
    )


def test_silence_after_a_power_action_leaves_it_unknown() -> None:
    talk = talking("running")
    talk.stats()
    talk.session.power(Signal.STOP, talk.now)

    assert outcome(talk.wait(15)) == Outcome(
        Result.UNKNOWN, "it was sent, and no change of state followed", "websocket"
    )


def test_another_change_of_state_is_no_answer() -> None:
    talk = talking("offline")
    talk.session.power(Signal.START, talk.now)

    assert not any(isinstance(answer, ActionAnswered) for answer in talk.hears("status", "stopping"))


def test_stopping_what_is_offline_is_done_already_and_not_sent() -> None:
    talk = talking("offline")

    assert outcome(talk.session.power(Signal.STOP, talk.now)).result is Result.DONE


@pytest.mark.parametrize(
    ("signal", "permission"),
    [
        (Signal.START, "control.start"),
        (Signal.STOP, "control.stop"),
        (Signal.KILL, "control.stop"),
        (Signal.RESTART, "control.restart"),
    ],
)
def test_what_the_token_does_not_allow_is_refused_by_us_for_wings_would_only_be_silent(
    signal: Signal, permission: str
) -> None:
    talk = talking("running", "websocket.connect")

    answered = outcome(talk.session.power(signal, talk.now))

    assert answered.result is Result.REFUSED
    assert permission in answered.detail


def test_a_command_is_done_when_the_console_echoes_it() -> None:
    talk = talking("running")

    assert talk.session.command("list", talk.now) == [SendFrame('{"event":"send command","args":["list"]}')]
    assert outcome(talk.hears("console output", "> list")).result is Result.DONE


def test_a_command_without_an_echo_is_unknown_after_two_seconds() -> None:
    talk = talking("running")
    talk.session.command("list", talk.now)
    talk.hears("console output", "[12:00:00] <Eve> list")

    assert outcome(talk.wait(2)).result is Result.UNKNOWN


def test_a_command_to_an_offline_server_is_refused_for_wings_drops_it() -> None:
    talk = talking("offline")

    assert outcome(talk.session.command("list", talk.now)).result is Result.REFUSED


def test_a_command_without_the_permission_is_refused() -> None:
    talk = talking("running", "websocket.connect", "control.start")

    assert "control.console" in outcome(talk.session.command("list", talk.now)).detail


@pytest.mark.parametrize("command", ["x" * 4096, "ö" * 2100, '"' * 2100])
def test_a_command_that_would_close_the_socket_is_refused(command: str) -> None:
    talk = talking("running")

    assert "4096" in outcome(talk.session.command(command, talk.now)).detail


@pytest.mark.parametrize("event", ["send command", "global"])
def test_a_throttled_command_is_a_refusal_that_passes(event: str) -> None:
    talk = talking("running")
    talk.session.command("list", talk.now)

    answered = outcome(talk.hears("throttled", event))

    assert (answered.result, answered.passing) == (Result.REFUSED, True)


def test_a_throttle_of_something_else_is_no_answer() -> None:
    talk = talking("running")
    talk.session.command("list", talk.now)

    assert talk.hears("throttled", "set state") == []


def test_an_expired_token_is_a_refusal_that_passes() -> None:
    talk = talking("running")
    talk.session.command("list", talk.now)

    answered = outcome(talk.hears("jwt error", EXPIRED))

    assert (answered.result, answered.passing) == (Result.REFUSED, True)


def test_an_answer_that_the_end_of_a_brief_token_hides_is_unknown_and_not_refused() -> None:
    """Wings may have done it, and then had a `jwt error` in the place of all that says so."""
    pending, now = PendingAction(brief=True), Moment(1.0, 2.0)
    pending.power(Signal.START, State.OFFLINE, None, now)

    said = outcome(pending.on_blind("jwt: exp claim is invalid"))

    assert (said.result, said.passing) == (Result.UNKNOWN, False)


def test_what_was_withheld_failed_and_may_be_asked_again() -> None:
    pending = PendingAction()
    pending.command("list", State.RUNNING, None, Moment(1.0, 2.0))

    assert outcome(pending.withheld("not sent")) == Outcome(
        Result.FAILED, "not sent", "websocket", passing=True
    )
    assert not pending.is_waiting


def test_a_second_question_waits_for_the_first() -> None:
    talk = talking("running")
    talk.session.command("list", talk.now)

    assert outcome(talk.session.command("list", talk.now)).result is Result.FAILED
