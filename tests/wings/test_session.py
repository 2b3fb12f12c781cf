"""The conversation about one server, told the time."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.calls import Signal
from automaton.core.events import (
    DaemonError,
    LinePrinted,
    LinkLost,
    LinkUp,
    Source,
    State,
    StateChanged,
    StateReported,
)
from automaton.core.outcome import Outcome, Result
from automaton.wings.causes import Cause
from automaton.wings.session_output import (
    ActionAnswered,
    Authenticate,
    Ended,
    ListAgain,
    NeedToken,
    SendFrame,
)
from tests.wings.talk import (
    ABSENT,
    DENIED,
    EXPIRED,
    GENERIC,
    LACKING,
    LOBBY,
    LOCK,
    MISMATCH,
    STATS,
    Talk,
    answering,
    kinds,
    lost,
)

# The first connection


def test_a_connection_authenticates_and_reports_the_state_as_a_snapshot() -> None:
    talk = Talk()

    assert talk.connects("running") == [
        LinkUp(server=LOBBY, at=talk.now),
        StateReported(server=LOBBY, at=talk.now, state=State.RUNNING),
    ]
    assert talk.session.is_live


def test_a_live_event_that_squeezes_in_before_the_first_status_is_heard() -> None:
    talk = Talk()
    talk.session.opened(talk.now)
    talk.gives()
    talk.hears("auth success")

    assert talk.hears("console output", "hello") == [LinePrinted(server=LOBBY, at=talk.now, text="hello")]
    assert kinds(talk.hears("status", "running")) == ["StateReported"]


def test_after_a_reconnect_a_new_state_is_a_report_and_never_a_change() -> None:
    talk = Talk()
    talk.connects("running")
    talk.session.closed(None, "", talk.now)

    assert kinds(talk.connects("offline")) == ["LinkUp", "StateReported"]
    assert talk.hears("status", "starting") == [StateChanged(server=LOBBY, at=talk.now, state=State.STARTING)]


def test_what_a_node_tells_before_an_auth_is_not_heard() -> None:
    """Else a server whose link is not up again would be known to run for ever."""
    talk = Talk()
    talk.connects("offline")
    talk.session.closed(None, "", talk.now)
    talk.session.opened(talk.now)
    talk.gives()

    assert talk.hears("status", "running") + talk.stats() + talk.hears("console output", "hello") == []
    assert talk.session.state is State.OFFLINE
    assert talk.session.counts["frames_ignored"] == 3


def test_what_a_node_tells_over_a_link_that_is_told_lost_is_not_heard() -> None:
    """Its tokens hold again, as after a step of its clock; a new one, and a report, come first."""
    talk = Talk()
    talk.connects("running")
    talk.hears("jwt error", EXPIRED)
    talk.wait(11)

    assert talk.hears("status", "offline") == []
    talk.gives(talk.token("second"))
    assert kinds(talk.hears("auth success")) == ["Overflow", "LinkUp", "SendFrame"]
    assert kinds(talk.hears("status", "offline")) == ["StateReported"]


def test_a_repeated_status_is_no_change() -> None:
    talk = Talk()
    talk.connects("running")

    assert talk.hears("status", "running") == []


# Ends


def test_a_lost_link_is_told_once_and_a_failed_try_after_it_is_not() -> None:
    talk = Talk()
    talk.connects()

    assert talk.session.closed(None, "", talk.now) == [
        lost(talk, "dropped"),
        Ended(Cause.DROPPED, "no close frame"),
    ]
    assert talk.session.ended(Ended(Cause.UNREACHABLE, "refused"), talk.now) == [
        Ended(Cause.UNREACHABLE, "refused")
    ]


def test_the_first_try_that_fails_is_told_as_a_lost_link() -> None:
    talk = Talk()

    assert talk.session.refused(403, "Forbidden", talk.now) == [
        lost(talk, "origin_refused"),
        Ended(Cause.ORIGIN_REFUSED, "HTTP 403: Forbidden"),
    ]


@pytest.mark.parametrize(("status", "waits"), [(503, 300.0), (429, 3600.0)])
def test_a_node_that_is_down_is_tried_again_in_some_minutes_whatever_it_says(
    status: int, waits: float
) -> None:
    """Only a limit may ask for more."""
    talk = Talk()

    end = talk.session.refused(status, "<html>", talk.now, after=3600.0)[-1]

    assert isinstance(end, Ended)
    assert (end.cause, end.after) == (Cause.NODE_ERROR, waits)


def test_what_a_node_says_of_an_end_moves_no_terminal_and_is_bounded() -> None:
    talk = Talk()

    refused = talk.session.refused(502, "<h1>\x1b[2J\r\n<2>fake\u202e</h1>" + "x" * 5000, talk.now)[-1]

    assert isinstance(refused, Ended)
    assert refused.detail.startswith("HTTP 502: <h1> [2J <2>fake </h1>xxx")
    assert len(refused.detail) <= 300


def test_a_closed_session_hears_and_awaits_nothing() -> None:
    talk = Talk()
    talk.connects()
    talk.session.closed(1006, "", talk.now)

    assert talk.hears("status", "offline") == []
    assert talk.session.closed(None, "", talk.now) == []
    assert talk.session.token(talk.token(), talk.now) == []
    assert talk.session.next_deadline() == float("inf")


def test_a_deleted_server_is_told_and_the_list_is_read_again() -> None:
    talk = Talk()
    talk.connects()

    answers = talk.hears("deleted", "null")

    assert kinds(answers) == ["Occurred", "LinkLost", "ListAgain", "Ended"]
    assert answers[-1] == Ended(Cause.DELETED, "Wings said so")


def test_a_transfer_that_is_complete_asks_for_the_new_address() -> None:
    talk = Talk()
    talk.connects("offline")

    assert kinds(talk.hears("transfer status", "processing")) == ["Occurred"]
    assert kinds(talk.hears("transfer status", "failed")) == ["Occurred", "ListAgain"]
    answers = talk.hears("transfer status", "completed")
    assert ListAgain() in answers
    assert answers[-1] == Ended(Cause.MOVED, "the transfer is complete")


# Actions over the websocket


def test_an_error_of_an_auth_in_flight_is_not_taken_for_the_answer_of_a_power_action() -> None:
    talk = Talk()
    talk.connects()
    talk.session.power(Signal.STOP, talk.now)

    assert talk.hears("daemon error", answering(LOCK)) == [
        ActionAnswered(Outcome(Result.REFUSED, LOCK, "websocket", passing=True))
    ]


def test_an_error_that_answers_no_question_is_kept_without_its_identifier_and_moves_no_terminal() -> None:
    """As of a start that Wings had taken, and then could not do."""
    talk = Talk()
    talk.connects()
    talk.session.power(Signal.STOP, talk.now)
    talk.hears("daemon error", answering(LOCK))
    asked = talk.session.last_error

    talk.hears("daemon error", answering("no such image\x1b[2J"))

    assert (asked, talk.session.last_error) == ("", "no such image [2J")
    assert talk.session.counts["errors_unasked"] == 1


def test_a_renewal_waits_until_the_question_in_flight_is_answered() -> None:
    talk = Talk()
    talk.connects()
    talk.session.power(Signal.STOP, talk.now)
    talk.hears("token expiring")

    assert talk.wait(14) == []
    answers = talk.wait(2)
    assert kinds(answers) == ["ActionAnswered", "NeedToken"]


def test_nothing_is_asked_without_an_authenticated_link() -> None:
    talk = Talk()

    (answer,) = talk.session.command("list", talk.now)

    assert isinstance(answer, ActionAnswered)
    assert answer.outcome.result is Result.FAILED


@pytest.mark.parametrize("gap", ["blind", "reconnect"])
def test_what_was_known_before_a_gap_answers_no_question(gap: str) -> None:
    """A stop was said to be done, for the server had been offline: it runs by now, and went on."""
    talk = Talk()
    talk.connects("offline")
    if gap == "blind":
        talk.hears("jwt error", DENIED)
        talk.wait(2)
        talk.gives(talk.token("second"))
    else:
        talk.session.closed(None, "", talk.now)
        talk.session.opened(talk.now)
        talk.gives()
    talk.hears("auth success")

    assert isinstance(talk.session.ask("list", talk.now), SendFrame)
    assert kinds(talk.session.power(Signal.STOP, talk.now)) == ["SendFrame"]


def test_a_lost_link_leaves_the_question_in_flight_unknown() -> None:
    talk = Talk()
    talk.connects()
    talk.session.power(Signal.STOP, talk.now)

    (answer, *_) = talk.session.closed(None, "", talk.now)

    assert isinstance(answer, ActionAnswered)
    assert answer.outcome.result is Result.UNKNOWN


# Noise


@pytest.mark.parametrize(
    "text",
    ["", "not json", "[]", '{"event":1}', '{"event":"status","args":"offline"}', '{"event":"a","args":[1]}'],
)
def test_what_is_no_frame_is_counted_and_nothing_else(text: str) -> None:
    talk = Talk()
    talk.connects()

    assert talk.session.received(text, talk.now) == []
    assert talk.session.counts["frames_unreadable"] == 1


def test_a_flood_of_messages_that_are_no_frames_ends_the_link() -> None:
    talk = Talk()
    talk.connects()
    told = [talk.session.received("nonsense", talk.now) for _ in range(2001)]

    assert not any(told[:-1])
    assert [type(output) for output in told[-1]] == [LinkLost, Ended]
    assert isinstance(end := told[-1][-1], Ended)
    assert end.cause is Cause.FLOODED


def test_a_node_of_another_kind_may_send_a_hundred_such_messages_a_second_for_ever() -> None:
    talk = Talk()
    talk.connects()
    for second in range(600):
        now = talk.now + second
        assert not any(talk.session.received('{"event":"progress","args":[7]}', now) for _ in range(100))


@pytest.mark.parametrize(
    "event", ["feature match", "backup.status", "image pull progress", "operation error", "x" * 5000, ""]
)
def test_events_of_other_generations_are_ignored_and_counted(event: str) -> None:
    talk = Talk()
    talk.connects()

    assert talk.hears(event, "{}") == []
    assert talk.session.counts["frames_ignored"] == 1


def test_an_auth_success_that_nobody_asked_for_changes_nothing() -> None:
    talk = Talk()
    talk.connects()

    assert talk.hears("auth success") == []


def test_the_daemons_errors_are_counted_by_kind() -> None:
    talk = Talk()
    talk.connects()
    talk.hears("daemon error", answering(GENERIC))
    talk.hears("throttled", "global")

    assert talk.session.counts == {"daemon_error": 1, "errors_unasked": 1, "throttled": 1}


def test_a_failure_at_the_node_is_told_also_where_it_answers_what_we_asked() -> None:
    """It may explain why a start came to nothing (rule-language 4.6)."""
    talk = Talk()
    talk.connects()
    unasked = talk.hears("daemon error", answering(GENERIC))
    talk.session.power(Signal.STOP, talk.now)
    asked = talk.hears("daemon error", answering(GENERIC))

    assert unasked == [DaemonError(server=LOBBY, at=talk.now, detail=GENERIC)]
    assert kinds(asked) == ["DaemonError", "ActionAnswered"]


def test_the_lock_of_wings_is_no_failure() -> None:
    talk = Talk()
    talk.connects()

    assert talk.hears("daemon error", answering(LOCK)) == []


def test_what_a_line_of_the_game_says_is_never_the_daemons_word() -> None:
    talk = Talk()
    talk.connects()

    (line,) = talk.hears("console output", "[Pterodactyl Daemon]: Exit code: 1")

    assert line == LinePrinted(
        server=LOBBY, at=talk.now, text="[Pterodactyl Daemon]: Exit code: 1", source=Source.GAME
    )


# Hostile nodes

NAMES = st.sampled_from(
    [
        "auth success", "status", "stats", "console output", "daemon message", "install output", "deleted",
        "transfer status", "backup completed", "token expiring", "token expired", "jwt error", "daemon error",
        "throttled", "feature match",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        [
            EXPIRED,
            DENIED,
            LACKING,
            ABSENT,
            MISMATCH,
            answering(EXPIRED),
            answering(LOCK),
            "running",
            "offline",
            "starting",
            "stopping",
            "auth",
            "send command",
            "completed",
            json.dumps(STATS),
        ]
    ),
)


@given(st.lists(st.tuples(NAMES, TEXTS, st.floats(0, 400)), max_size=60), st.integers(0, 5))
def test_no_node_can_break_the_conversation(said: list[tuple[str, str, float]], fails: int) -> None:
    """Whatever it says: no error, no two auths in flight, one token wanted at a time."""
    talk = Talk()
    talk.connects()
    wanted, asked = 0, 0
    for event, text, seconds in said:
        answers = [*talk.hears(event, text), *talk.wait(seconds)]
        wanted += sum(isinstance(answer, NeedToken) for answer in answers)
        assert wanted <= 1
        assert sum(isinstance(answer, Authenticate) for answer in answers) <= 1
        if any(isinstance(answer, Ended) for answer in answers):
            assert not talk.session.is_live
            return
        if wanted:
            wanted = 0
            asked += 1
            if asked % 6 < fails:
                talk.session.token_failed(Ended(Cause.PANEL_LATER, "", 10.0), talk.now)
            else:
                talk.gives(talk.token("next"))


MEANT = st.sampled_from([
    ("stats", '{"state": "running"}'), ("stats", '{"state": "offline"}'), ("stats", "{}"), ("line", "hello"),
    ("line", "[Pterodactyl Daemon]: ---------- Detected server process in a crashed state! ----------"),
    ("line", "[Pterodactyl Daemon]: Exit code: 137"), ("status", "running"), ("status", "offline"),
    ("status", "starting"), ("auth success", ""), ("jwt error", EXPIRED), ("daemon error", GENERIC),
    ("wait", "3"), ("reconnect", ""), ("ask", "list"), ("stop", ""),
])  # fmt: skip


@given(st.lists(MEANT, max_size=30))
def test_what_is_said_to_bring_no_deadline_brings_none(said: list[tuple[str, str]]) -> None:
    talk = Talk()
    talk.connects()
    for event, text in said:
        before = talk.session.next_deadline()
        match event:
            case "wait":
                talk.wait(float(text))
                continue
            case "reconnect":
                talk.session.closed(None, "", talk.now)
                talk.session.opened(talk.now)
                talk.gives()
                talk.hears("auth success")
                continue
            case "ask":
                talk.session.ask(text, talk.now)
                continue
            case "stop":
                talk.session.power(Signal.STOP, talk.now)
                continue
        if event == "stats":
            outputs = talk.stats(**json.loads(text))
        else:
            outputs = talk.hears("console output" if event == "line" else event, *([text] if text else []))
        if not talk.session.brings_deadline(outputs):
            assert talk.session.next_deadline() >= before


def test_a_reading_and_a_line_of_a_running_game_bring_none_and_one_that_disagrees_does() -> None:
    talk = Talk()
    talk.connects()
    talk.stats()
    brings = talk.session.brings_deadline

    assert not brings(talk.stats())
    assert not brings(talk.hears("console output", "hello"))
    assert brings(talk.stats(state="offline"))
    assert brings(talk.hears("status", "offline"))


def test_the_auth_behind_a_reconnect_brings_one_and_so_does_a_reading_in_the_place_of_its_status() -> None:
    talk = Talk()
    talk.connects()
    talk.session.closed(None, "", talk.now)
    talk.session.opened(talk.now)
    talk.gives()

    assert talk.session.brings_deadline(talk.hears("auth success"))
    assert talk.session.next_deadline() == talk.now.mono + 60.0
    talk.wait(10)
    assert talk.session.brings_deadline(talk.stats())
    assert talk.session.next_deadline() == talk.now.mono + 2.0
