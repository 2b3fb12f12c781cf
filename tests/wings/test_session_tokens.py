"""How a session keeps its sight: tokens renewed in time, replaced when refused, and parked when in vain."""

from __future__ import annotations

import pytest

from automaton.core.events import (
    LinkLost,
    Overflow,
    State,
    StateChanged,
    StateReported,
)
from automaton.wings.causes import Cause
from automaton.wings.session_output import Authenticate, Ended, NeedToken
from tests.wings.talk import (
    ABSENT,
    DENIED,
    EXPIRED,
    GENERIC,
    LACKING,
    LOBBY,
    MISMATCH,
    SEND_STATS,
    Talk,
    answering,
    events,
    kinds,
)

# Renewal


def test_a_token_is_renewed_on_the_same_socket_at_sixty_to_eighty_percent_of_its_life() -> None:
    talk = Talk()
    talk.connects("offline")

    assert talk.wait(359) == []
    assert talk.wait(121) == [NeedToken(fresh=True)]
    assert talk.gives(talk.token("second")) == [Authenticate(talk.token("second").jwt)]
    assert talk.hears("auth success") == []
    assert talk.wait(300) == []


@pytest.mark.parametrize("event", ["token expiring", "token expired"])
def test_wings_word_that_the_token_ends_renews_it_at_once_and_only_once(event: str) -> None:
    talk = Talk()
    talk.connects()
    talk.hears(event)
    talk.hears(event)

    assert talk.wait(0) == [NeedToken(fresh=True)]
    talk.hears(event)
    assert talk.wait(1) == []


def test_two_auths_are_never_in_flight() -> None:
    talk = Talk()
    talk.connects()
    talk.hears("token expiring")
    talk.wait(0)
    talk.gives(talk.token("second"))
    talk.hears("token expiring")
    for _ in range(50):
        talk.hears("jwt error", EXPIRED)

    answers = talk.wait(14)

    assert not any(isinstance(answer, Authenticate | NeedToken) for answer in answers)


def test_a_token_that_nobody_asked_for_is_not_sent() -> None:
    talk = Talk()
    talk.connects()

    assert talk.gives(talk.token("second")) == []


def test_a_failed_renewal_is_tried_again_while_the_old_token_holds() -> None:
    talk = Talk()
    talk.connects("offline")
    talk.wait(480)

    assert talk.session.token_failed(Ended(Cause.PANEL_UNREACHABLE), talk.now) == []
    assert talk.wait(2) == [NeedToken(fresh=True)]
    assert talk.session.is_live


def test_an_auth_without_answer_ends_the_connection() -> None:
    talk = Talk()
    talk.session.opened(talk.now)
    talk.gives()

    assert talk.wait(20)[-1] == Ended(Cause.AUTH_UNANSWERED)


def test_a_throttled_auth_goes_again_with_the_same_token_when_the_bucket_has_refilled() -> None:
    talk = Talk()
    talk.session.opened(talk.now)
    token = talk.token()
    talk.gives(token)
    talk.hears("throttled", "auth")

    assert talk.wait(5.9) == []
    assert talk.wait(2.2) == [Authenticate(token.jwt)]


# Blindness


@pytest.mark.parametrize("text", [EXPIRED, DENIED, "jwt: something that Wings may learn later"])
def test_a_flood_of_jwt_errors_asks_for_one_new_token_a_second_later(text: str) -> None:
    talk = Talk()
    talk.connects()
    flood = [answer for _ in range(1000) for answer in talk.hears("jwt error", text)]

    assert flood == []
    assert talk.wait(0.9) == []
    assert talk.wait(1.2) == [NeedToken(fresh=True)]
    assert [answer for _ in range(1000) for answer in talk.hears("jwt error", text)] == []
    assert talk.wait(5) == []


def test_sight_that_comes_back_tells_what_was_lost_and_resynchronises() -> None:
    talk = Talk()
    talk.connects()
    for _ in range(7):
        talk.hears("jwt error", EXPIRED)
    talk.wait(2)
    talk.gives(talk.token("second"))

    lost = Overflow(server=LOBBY, at=talk.now, lines=7, only_lines=False)
    assert talk.hears("auth success") == [lost, SEND_STATS]
    assert talk.session.is_live


def seeing_again(state: str = "running") -> Talk:
    """A session that was blind for two seconds, on the same socket."""
    talk = Talk()
    talk.connects(state)
    talk.hears("jwt error", EXPIRED)
    talk.wait(2)
    talk.gives(talk.token("second"))
    talk.hears("auth success")
    return talk


@pytest.mark.parametrize("state", ["running", "offline"])
def test_the_first_reading_after_a_gap_reports_the_state_also_when_it_is_still_the_same(state: str) -> None:
    talk = seeing_again("running")

    assert talk.stats(state=state)[0] == StateReported(server=LOBBY, at=talk.now, state=State(state))
    assert kinds(talk.stats(state=state)) == ["StatsReported"]


def test_a_status_after_a_gap_is_a_change_that_was_seen() -> None:
    talk = seeing_again("running")

    assert talk.hears("status", "offline") == [StateChanged(server=LOBBY, at=talk.now, state=State.OFFLINE)]
    assert kinds(talk.stats(state="offline")) == ["StatsReported"]


def test_a_status_after_a_gap_that_repeats_the_last_says_that_it_is_so_again() -> None:
    talk = seeing_again("running")

    assert talk.hears("status", "running") == [StateReported(server=LOBBY, at=talk.now, state=State.RUNNING)]


def test_a_state_that_nobody_told_after_a_gap_is_asked_for_until_it_is() -> None:
    talk = seeing_again("offline")

    assert talk.wait(11) == [SEND_STATS, SEND_STATS]
    talk.stats(state="offline")
    assert SEND_STATS not in talk.wait(60)


def test_a_link_counts_as_told_up_until_its_blindness_is_told() -> None:
    talk = Talk()
    talk.connects("running")
    talk.hears("jwt error", EXPIRED)
    talk.wait(2)
    talk.session.token_failed(Ended(Cause.PANEL_UNREACHABLE), talk.now)
    assert (talk.session.is_live, talk.session.is_told_up) == (False, True)

    talk.wait(9)
    assert (talk.session.is_live, talk.session.is_told_up) == (False, False)


def test_ten_seconds_of_blindness_are_a_lost_link_and_its_end_a_snapshot() -> None:
    talk = Talk()
    talk.connects("running")
    talk.hears("jwt error", EXPIRED)
    talk.wait(2)
    talk.session.token_failed(Ended(Cause.PANEL_UNREACHABLE), talk.now)

    told = [event for event in events(talk.wait(9)) if isinstance(event, LinkLost)]
    assert [event.reason for event in told] == ["token_refused"]

    talk.session.token(talk.token("second"), talk.now)
    assert kinds(talk.hears("auth success")) == ["Overflow", "LinkUp", "SendFrame"]
    assert kinds(talk.stats(state="offline")) == ["StateReported", "StatsReported"]


def test_a_panel_that_is_down_while_we_are_blind_is_asked_at_growing_distances_whatever_pours_in() -> None:
    talk = Talk()
    talk.connects()
    asked = 0
    for _ in range(600):
        talk.hears("jwt error", EXPIRED)
        for answer in talk.wait(1):
            if answer == NeedToken(fresh=True):
                asked += 1
                talk.session.token_failed(Ended(Cause.PANEL_UNREACHABLE), talk.now)

    assert 10 < asked < 25


def test_a_node_whose_clock_is_ahead_teaches_how_long_tokens_really_live() -> None:
    talk = Talk()
    talk.connects("offline")
    talk.wait(120)
    talk.hears("jwt error", EXPIRED)
    talk.wait(2)
    talk.gives(talk.token("second"))
    talk.hears("auth success")
    talk.stats(state="offline")

    assert talk.wait(97)[-1] == NeedToken(fresh=True)


def test_how_long_tokens_live_is_learnt_anew_after_an_hour() -> None:
    """A clock that stepped once, or a machine that stood still, cost five times the tokens for ever."""
    talk = Talk()
    talk.connects("offline")
    talk.wait(120)
    talk.hears("jwt error", EXPIRED)
    talk.wait(2)
    lives = []
    while talk.now.mono < 2 * 3600:
        talk.gives(talk.token(f"at {talk.now.mono}"))
        began = talk.now.mono
        talk.hears("auth success")
        talk.stats(state="offline")
        while talk.wait(1) != [NeedToken(fresh=True)]:
            pass
        lives.append(talk.now.mono - began)

    assert max(lives[:30]) < 100
    assert min(lives[-3:]) > 350


# Refusals


@pytest.mark.parametrize(
    ("text", "cause"),
    [(LACKING, Cause.NO_PERMISSION), (MISMATCH, Cause.MOVED)],
)
def test_a_refusal_that_no_new_token_turns_ends_the_first_auth(text: str, cause: Cause) -> None:
    talk = Talk()
    talk.session.opened(talk.now)
    talk.gives()

    assert talk.hears("jwt error", answering(text))[-1] == Ended(cause, answering(text))


@pytest.mark.parametrize(
    ("text", "cause"),
    [(LACKING, Cause.NO_PERMISSION), (MISMATCH, Cause.MOVED)],
)
def test_the_same_refusal_in_place_of_an_event_ends_the_connection(text: str, cause: Cause) -> None:
    talk = Talk()
    talk.connects()

    assert talk.hears("jwt error", text)[-1] == Ended(cause, text)


def test_three_fresh_tokens_refused_park_the_link_and_the_tries_keep_wings_pace() -> None:
    talk = Talk()
    talk.session.opened(talk.now)
    talk.gives()
    began = talk.now

    assert talk.hears("jwt error", answering(DENIED)) == []
    assert talk.wait(2) == [NeedToken(fresh=True)]
    talk.gives(talk.token("second"))
    assert talk.hears("jwt error", answering(DENIED)) == []
    assert talk.wait(8) == [NeedToken(fresh=True)]
    assert talk.now - began > 6
    talk.gives(talk.token("third"))
    assert talk.hears("jwt error", answering(DENIED))[-1] == Ended(Cause.TOKEN_REFUSED, answering(DENIED))


def test_a_node_that_cannot_read_the_token_gets_one_more_and_is_parked() -> None:
    talk = Talk()
    talk.session.opened(talk.now)
    talk.gives()

    assert talk.hears("daemon error", answering(GENERIC)) == []
    assert talk.wait(2) == [NeedToken(fresh=True)]
    talk.gives(talk.token("second"))
    assert talk.hears("daemon error", answering(GENERIC))[-1] == Ended(
        Cause.NODE_TOKEN_DIFFERS, answering(GENERIC)
    )


def test_a_message_before_auth_that_wings_complains_about_asks_for_the_token_again() -> None:
    talk = Talk()
    talk.connects()
    talk.hears("jwt error", ABSENT)

    assert talk.wait(2) == [NeedToken(fresh=True)]


def test_a_panel_that_refuses_the_token_ends_a_connection_that_sees_nothing() -> None:
    talk = Talk()
    talk.session.opened(talk.now)

    assert talk.session.token_failed(Ended(Cause.PANEL_REFUSED, "no"), talk.now)[-1] == Ended(
        Cause.PANEL_REFUSED, "no"
    )
