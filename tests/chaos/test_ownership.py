"""Who owned what, and which change of it a law asks something of."""

from __future__ import annotations

from tests.campaign.crash.record import Seen
from tests.chaos.ownership import changes, given_up, is_calm, is_seen, takeovers
from tests.chaos.record import Owned, Record, Standing, Trouble

KILL = Trouble("kill", "m-a", 100.0, 130.0)
FIRST = Owned("node:one", "m-a", 1, 0.0, 99.8)
SECOND = Owned("node:one", "m-b", 2, 111.0, 400.0)
THERE = Standing(99.0, "m-b", frozenset({"m-b"}), frozenset())
RECORD = Record(until=400.0, troubles=[KILL], owned=[SECOND, FIRST], standings=[THERE])


def test_owners_follow_each_other_by_their_epochs() -> None:
    assert [*changes(RECORD)] == [(FIRST, SECOND)]


def test_what_was_taken_from_one_that_said_nothing_is_no_handover() -> None:
    assert [*takeovers(RECORD)] == [(FIRST, SECOND)]
    assert [*takeovers(Record(owned=[FIRST, SECOND], troubles=[Trouble("drain", "m-a", 90.0, 130.0)]))] == []


def test_how_long_nobody_had_it_is_counted_from_the_silence() -> None:
    assert [after for _, _, after in given_up(RECORD)] == [11.0]


def test_while_nats_fails_too_nothing_is_asked_of_the_others() -> None:
    troubles = [KILL, Trouble("nats-kill", "1", 105.0, 107.0)]

    assert [*given_up(Record(until=400.0, troubles=troubles, owned=RECORD.owned, standings=[THERE]))] == []


def test_calm_is_some_seconds_before_and_behind() -> None:
    assert [is_calm(RECORD, at) for at in (80.0, 90.0, 132.0, 140.0)] == [True, False, False, True]


def test_a_server_is_seen_whose_socket_is_open_for_a_while_and_stays_so() -> None:
    sockets = [Seen(10.0, "lobby", "open"), Seen(10.0, "lobby", "auth"), Seen(50.0, "lobby", "closed")]
    record = Record(sockets=sockets)

    assert [is_seen(record, "lobby", at) for at in (12.0, 20.0, 47.0, 60.0)] == [False, True, False, False]
