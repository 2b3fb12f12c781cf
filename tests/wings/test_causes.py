"""The decision table of protocol.md: each row is kept."""

from __future__ import annotations

from random import Random

import pytest

from automaton.wings.causes import PLANS, Cause


def waits(cause: Cause, tries: int) -> tuple[float, float]:
    drawn = [PLANS[cause].backoff.wait(tries, Random(seed)) for seed in range(100)]
    return min(drawn), max(drawn)


def test_every_cause_has_a_plan_with_a_sentence() -> None:
    assert set(PLANS) == set(Cause)
    assert all(len(plan.advice) > 20 for plan in PLANS.values())


@pytest.mark.parametrize("cause", [Cause.ORIGIN_REFUSED, Cause.NODE_TOKEN_DIFFERS, Cause.TOKEN_REFUSED])
def test_without_a_panel_the_advice_names_none(cause: Cause) -> None:
    assert "anel" in PLANS[cause].advice_for(without_panel=False)
    assert "anel" not in PLANS[cause].advice_for(without_panel=True)


def test_an_advice_that_fits_both_ways_is_the_same() -> None:
    plan = PLANS[Cause.TOO_MANY_SOCKETS]

    assert plan.advice_for(without_panel=True) == plan.advice_for(without_panel=False) == plan.advice


@pytest.mark.parametrize("cause", [cause for cause in Cause if PLANS[cause].parked])
def test_what_a_person_must_turn_is_tried_again_every_few_minutes(cause: Cause) -> None:
    least, most = waits(cause, 1)

    assert least >= 200
    assert most <= 400


@pytest.mark.parametrize("cause", [Cause.UNREACHABLE, Cause.NODE_ERROR, Cause.PANEL_UNREACHABLE])
def test_an_outage_is_retried_soon_then_about_every_minute_and_keeps_the_token(cause: Cause) -> None:
    assert waits(cause, 1)[1] <= 2
    assert waits(cause, 20)[0] >= 30
    assert waits(cause, 20)[1] <= 60
    assert not PLANS[cause].drop_token


def test_a_dropped_connection_comes_back_after_one_to_fifteen_seconds_and_keeps_its_token() -> None:
    least, most = waits(Cause.DROPPED, 1)

    assert 1 <= least < 3
    assert 13 < most <= 15
    assert not PLANS[Cause.DROPPED].drop_token


@pytest.mark.parametrize("cause", [Cause.SUSPENDED, Cause.PANEL_CONFLICT])
def test_a_conflict_is_slow_and_asks_the_panel_why(cause: Cause) -> None:
    assert waits(cause, 1)[0] >= 40
    assert PLANS[cause].ask_panel


def test_a_server_unknown_to_its_node_gets_a_new_address_at_once_and_is_slow_afterwards() -> None:
    plan = PLANS[Cause.NOT_ON_NODE]

    assert plan.drop_token
    assert plan.list_again
    assert waits(Cause.NOT_ON_NODE, 1)[1] <= 4
    assert waits(Cause.NOT_ON_NODE, 2)[0] >= 40


def test_too_many_sockets_are_tried_slowly() -> None:
    assert waits(Cause.TOO_MANY_SOCKETS, 1)[0] >= 40


@pytest.mark.parametrize("cause", [Cause.MOVED, Cause.DELETED, Cause.PANEL_GONE])
def test_what_moves_a_server_reads_the_list_again_and_forgets_the_address(cause: Cause) -> None:
    assert PLANS[cause].list_again
    assert PLANS[cause].drop_token
