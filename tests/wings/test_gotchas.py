"""What a naive client gets wrong, by the number of its gotcha (protocol.md 9): the session."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from automaton.core.calls import Signal
from automaton.core.events import LinePrinted, LinkUp, Occurred, Overflow, State, StateChanged, StateReported
from automaton.core.moment import Moment
from automaton.core.outcome import Result
from automaton.wings.causes import PLANS, Cause
from automaton.wings.crash_detector import UNHANDLED_AFTER
from automaton.wings.frames import read_stats, write_frame
from automaton.wings.session_output import ActionAnswered, Authenticate, Ended, NeedToken, Output, SendFrame
from tests.wings.talk import (
    ABSENT,
    DENIED,
    EXPIRED,
    GENERIC,
    LACKING,
    LOCK,
    MISMATCH,
    STATS,
    Talk,
    answering,
    events,
)

DAEMON = "\x1b[33m\x1b[1m[Pterodactyl Daemon]:\x1b[39m "


def sent(answers: Sequence[Output]) -> list[str]:
    """The events of the frames that were sent."""
    return [json.loads(answer.frame)["event"] for answer in answers if isinstance(answer, SendFrame)]


def outcomes(answers: Sequence[Output]) -> list[Result]:
    return [answer.outcome.result for answer in answers if isinstance(answer, ActionAnswered)]


def ends(answers: Sequence[Output]) -> list[Cause]:
    return [answer.cause for answer in answers if isinstance(answer, Ended)]


def connected(state: str = "running") -> Talk:
    talk = Talk()
    talk.connects(state)
    return talk


def test_gotcha_02_nothing_is_sent_before_auth_success() -> None:
    talk = Talk()
    talk.session.opened(talk.now)
    assert talk.gives() == [Authenticate(talk.token().jwt)]

    assert talk.wait(14) == []
    answers = talk.session.command("list", talk.now)
    assert sent(answers) == []
    assert outcomes(answers) == [Result.FAILED]


def test_gotcha_03_a_forbidden_action_is_not_asked_and_silence_is_no_yes() -> None:
    talk = Talk()
    talk.connects("running", talk.token(permissions=("websocket.connect",)))
    forbidden = talk.session.power(Signal.STOP, talk.now)
    assert (sent(forbidden), outcomes(forbidden)) == ([], [Result.REFUSED])

    talk = connected()
    assert sent(talk.session.power(Signal.STOP, talk.now)) == ["set state"]
    assert outcomes(talk.wait(20)) == [Result.UNKNOWN]


def test_gotcha_04_a_second_command_waits_for_the_end_of_the_first() -> None:
    talk = connected()
    assert sent(talk.session.command("one", talk.now)) == ["send command"]

    second = talk.session.command("two", talk.now)

    assert (sent(second), outcomes(second)) == ([], [Result.FAILED])


def test_gotcha_05_a_command_is_one_argument() -> None:
    assert json.loads(write_frame("send command", "say hi you")) == {
        "event": "send command",
        "args": ["say hi you"],
    }


def test_gotcha_06_stats_come_unasked() -> None:
    talk = Talk()
    answers = talk.connects()
    for _ in range(100):
        answers += [*talk.wait(1), *talk.stats()]

    assert sent(answers) == []


def test_gotcha_07_the_link_that_feeds_rules_never_asks_for_logs() -> None:
    talk = Talk()
    answers = [*talk.connects(), *talk.hears("jwt error", EXPIRED), *talk.wait(3)]
    answers += [*talk.gives(talk.token("second")), *talk.hears("auth success")]
    answers += [*talk.stats(state="offline"), *talk.wait(10), *talk.stats(state="offline"), *talk.wait(100)]

    assert set(sent(answers)) == {"send stats"}


def test_gotcha_08_a_token_is_renewed_without_being_told_that_it_ends() -> None:
    talk = connected()
    answers: list[Output] = []
    for _ in range(480):
        answers += [*talk.wait(1), *talk.stats()]

    assert NeedToken(fresh=True) in answers


def test_gotcha_09_an_expired_token_ends_nothing_and_is_replaced_on_the_same_socket() -> None:
    talk = connected()
    answers = [*talk.hears("jwt error", EXPIRED), *talk.wait(3)]

    assert answers == [NeedToken(fresh=True)]
    token = talk.token("second")
    assert talk.gives(token) == [Authenticate(token.jwt)]
    resumed = talk.hears("auth success")
    assert sent(resumed) == ["send stats"]
    assert [event.lines for event in events(resumed) if isinstance(event, Overflow)] == [1]


@pytest.mark.parametrize("text", [EXPIRED, DENIED, ABSENT])
def test_gotcha_10_what_a_new_token_turns_is_turned(text: str) -> None:
    talk = connected()

    assert [*talk.hears("jwt error", text), *talk.wait(3)] == [NeedToken(fresh=True)]


@pytest.mark.parametrize(("text", "cause"), [(LACKING, Cause.NO_PERMISSION), (MISMATCH, Cause.MOVED)])
def test_gotcha_10_what_no_token_turns_ends_the_link(text: str, cause: Cause) -> None:
    assert ends(connected().hears("jwt error", text)) == [cause]


def test_gotcha_11_a_wrong_node_key_is_a_daemon_error_tried_once_more() -> None:
    talk = Talk()
    talk.session.opened(talk.now)
    talk.gives()
    assert [*talk.hears("daemon error", answering(GENERIC)), *talk.wait(3)] == [NeedToken(fresh=True)]
    talk.gives(talk.token("second"))

    assert ends(talk.hears("daemon error", answering(GENERIC))) == [Cause.NODE_TOKEN_DIFFERS]
    assert PLANS[Cause.NODE_TOKEN_DIFFERS].parked


def test_gotcha_14_after_a_denial_another_token_is_asked_for_and_not_within_the_second() -> None:
    talk = Talk()
    talk.session.opened(talk.now)
    talk.gives()
    refused = talk.hears("jwt error", answering(DENIED))

    assert [*refused, *talk.wait(0.99)] == []
    assert talk.wait(1.1) == [NeedToken(fresh=True)]


@pytest.mark.parametrize(
    ("code", "reason"), [(None, ""), (1000, ""), (1001, "going away"), (1006, ""), (1011, "x")]
)
def test_gotcha_15_the_close_code_decides_nothing(code: int | None, reason: str) -> None:
    talk = connected()

    assert ends(talk.session.closed(code, reason, talk.now)) == [Cause.DROPPED]


def test_gotcha_16_a_close_with_4409_is_tried_again_and_the_panel_asked() -> None:
    talk = connected()
    plan = PLANS[Cause.SUSPENDED]

    assert ends(talk.session.closed(4409, "server is suspended", talk.now)) == [Cause.SUSPENDED]
    assert (plan.parked, plan.ask_panel, plan.backoff.cap) == (False, True, 900)


def test_gotcha_17_a_status_that_got_lost_is_learnt_from_two_readings() -> None:
    talk = connected()
    answers = [*talk.stats(state="offline"), *talk.wait(3), *talk.stats(state="offline")]

    assert [event.state for event in events(answers) if isinstance(event, StateReported)] == [State.OFFLINE]
    assert not [event for event in events(answers) if isinstance(event, StateChanged)]


def test_gotcha_18_a_repeated_status_is_no_change_and_one_late_reading_neither() -> None:
    talk = connected("starting")
    changed = talk.hears("status", "running")
    assert [event.state for event in events(changed) if isinstance(event, StateChanged)] == [State.RUNNING]

    later = [*talk.hears("status", "running"), *talk.stats(state="starting"), *talk.stats(state="running")]
    assert not [event for event in events(later) if isinstance(event, StateChanged | StateReported)]


def test_gotcha_19_the_lock_after_offline_passes_by_itself() -> None:
    talk = connected("offline")
    talk.session.power(Signal.START, talk.now)

    (answer,) = talk.hears("daemon error", answering(LOCK))

    assert isinstance(answer, ActionAnswered)
    assert (answer.outcome.result, answer.outcome.passing) == (Result.REFUSED, True)


@pytest.mark.parametrize(("comes_back", "told"), [(True, ["crash"]), (False, ["crash", "crash.unhandled"])])
def test_gotcha_20_a_crash_is_unhandled_only_when_wings_did_not_restart_it(
    comes_back: bool, told: list[str]
) -> None:
    talk = connected()
    answers = [*talk.hears("status", "offline")]
    for line in (
        "---------- Detected server process in a crashed state! ----------",
        "Exit code: 1",
        "Out of memory: false",
    ):
        answers += talk.hears("console output", f"{DAEMON}{line}\x1b[0m")
    if comes_back:
        answers += [*talk.wait(0.1), *talk.hears("status", "starting")]
    answers += talk.wait(UNHANDLED_AFTER + 1)

    assert [event.name for event in events(answers) if isinstance(event, Occurred)] == told


def test_gotcha_22_a_frame_that_wings_does_not_take_is_not_sent() -> None:
    talk = connected()

    answers = talk.session.command("x" * 4096, talk.now)

    assert (sent(answers), outcomes(answers)) == ([], [Result.REFUSED])


def test_gotcha_26_stats_are_parsed_in_any_order_and_units_end_there() -> None:
    forwards, backwards = json.dumps(STATS), json.dumps(dict(reversed(STATS.items())))

    reading = read_stats(forwards)

    assert reading == read_stats(backwards)
    assert reading is not None
    told = reading.as_event("a server", Moment(0.0, 0.0))
    assert (told.uptime, told.cpu_pct) == (5.0, 0.5)


def test_gotcha_27_an_event_may_come_without_args() -> None:
    talk = Talk()
    talk.session.opened(talk.now)
    talk.gives()

    answers = talk.session.received('{"event":"auth success"}\n', talk.now)

    assert [type(event) for event in events(answers)] == [LinkUp]


def test_gotcha_28_one_event_may_hold_several_lines() -> None:
    answers = connected().hears("console output", "one\r\ntwo\x1b[0m")

    assert [event.text for event in events(answers) if isinstance(event, LinePrinted)] == ["one", "two"]


def test_gotcha_29_a_backups_end_comes_without_its_uuid_in_the_name() -> None:
    answers = connected().hears("backup completed", json.dumps({"uuid": "u", "is_successful": False}))

    (event,) = (one for one in events(answers) if isinstance(one, Occurred))
    assert event.name.startswith("backup")


def test_gotcha_32_a_running_server_without_readings_is_a_zombie() -> None:
    talk = connected()

    assert Cause.SILENT in ends(talk.wait(61))


def test_gotcha_33_a_server_may_start_for_ever() -> None:
    talk = connected("starting")
    answers: list[Output] = []
    for _ in range(400):
        answers += [*talk.wait(1), *talk.stats(state="starting")]

    assert not ends(answers)
    assert not [event for event in events(answers) if isinstance(event, StateChanged | StateReported)]


def test_gotcha_34_one_auth_is_in_flight_at_a_time() -> None:
    talk = Talk()
    talk.session.opened(talk.now)
    talk.gives()

    again = [*talk.hears("token expiring"), *talk.wait(5), *talk.gives(talk.token("second"))]

    assert not [answer for answer in again if isinstance(answer, Authenticate)]


@pytest.mark.parametrize("text", [EXPIRED, answering(EXPIRED)])
def test_gotcha_35_the_same_error_comes_with_and_without_its_prefix(text: str) -> None:
    talk = connected()

    assert [*talk.hears("jwt error", text), *talk.wait(3)] == [NeedToken(fresh=True)]
