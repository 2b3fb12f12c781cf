"""The words of refusals. How they play out is told in test_session.py."""

from __future__ import annotations

from random import Random

import pytest

from automaton.wings.auth import Auth, Authenticated, Refusal, refusal
from automaton.wings.session_output import NeedToken
from tests.wings.talk import ABSENT, DENIED, EXPIRED, LACKING, MISMATCH, START, Talk, answering


@pytest.mark.parametrize("worded", [str, answering])
@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        (EXPIRED, Refusal.WORN),
        (DENIED, Refusal.WORN),
        (LACKING, Refusal.NO_CONNECT),
        (ABSENT, Refusal.ABSENT),
        (MISMATCH, Refusal.MISMATCH),
        ("jwt: words of tomorrow", Refusal.WORN),
        ("", Refusal.WORN),
    ],
)
def test_both_spellings_of_a_refusal_mean_the_same(text: str, meaning: Refusal, worded: type[str]) -> None:
    assert refusal(worded(text)) is meaning


def test_only_the_first_success_of_a_socket_is_the_first() -> None:
    auth, talk = Auth(Random(1)), Talk()
    auth.opened(START)
    auth.token(talk.token(), START)

    assert auth.succeeded(START) == Authenticated(first=True, lost=0)
    auth.expiring(START)
    auth.advance(START)
    auth.token(talk.token("second"), START)
    assert auth.succeeded(START) == Authenticated(first=False, lost=0)


@pytest.mark.parametrize("life", [0.0, 1.0, 10.0, 30.0])
def test_tokens_of_a_short_life_are_renewed_less_than_four_times_a_minute(life: float) -> None:
    auth, talk = Auth(Random(1)), Talk()
    auth.opened(START)
    auth.token(talk.token(life=life), START)
    auth.succeeded(START)

    assert auth.next_deadline() >= START.mono + 15


@pytest.mark.parametrize("seed", range(20))
def test_renewals_are_spread_between_sixty_and_eighty_percent(seed: int) -> None:
    auth, talk = Auth(Random(seed)), Talk()
    auth.opened(START)
    auth.token(talk.token(life=600), START)
    auth.succeeded(START)

    assert START.mono + 360 <= auth.next_deadline() <= START.mono + 480


def test_a_reused_token_that_is_past_its_time_is_renewed_soon_after_connecting() -> None:
    auth, talk = Auth(Random(1)), Talk()
    token = talk.token(life=600)
    late = START + 505
    auth.opened(late)
    auth.token(token, late)
    auth.succeeded(late)

    assert late.mono + 15 <= auth.next_deadline() <= late.mono + 20
    assert auth.advance(late + 20) == [NeedToken(fresh=True)]
