"""Each law of the chaos campaign, held against a record that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.campaign.crash.record import Post, Printed, Seen
from tests.chaos.judge import HELD, JUDGES, complaints, figures
from tests.chaos.load import FLEET_POWER, SLOW_RATE
from tests.chaos.ownership import READ_WITHIN
from tests.chaos.record import Owned, Record, Standing, Trouble, Waits

EVERYBODY = frozenset({"m-a", "m-b", "m-c"})
NODE = "node:node-1"
KILL = Trouble("kill", "m-a", 100.0, 300.0)
WELL = Record(
    began=0.0,
    until=400.0,
    troubles=[KILL],
    owned=[Owned(NODE, "m-a", 1, 0.0, 99.8), Owned(NODE, "m-b", 2, 112.0, 400.0)],
    standings=[Standing(99.0, "m-b", EVERYBODY, frozenset())],
    node_of={"lobby": NODE},
    printed=[Printed(50.0, "lobby", "told", "zqaaaaa")],
    commands=[Seen(50.2, "lobby", "say saw zqaaaaa")],
    powers=[Seen(60.0, "lobby", "start")],
    states=[Seen(58.0, "lobby", "offline"), Seen(61.0, "lobby", "running")],
    sockets=[Seen(10.0, "lobby", "auth"), Seen(100.0, "lobby", "1006"), Seen(115.0, "lobby", "auth")],
    posts=[
        Post(50.3, "ops", "aaaaaa", "opened zqaaaaa"),
        Post(51.5, "ops", "aaaaab", "ended zqaaaaa"),
        Post(60.0, "slow", "aaaaac", "lobby\nfull began at lobby."),
        Post(70.0, "slow", "aaaaad", "lobby\nfull ended at lobby."),
    ],
)


def test_nothing_is_said_of_a_run_in_which_all_laws_held() -> None:
    assert complaints(WELL) == []


BREACHES: dict[str, list[Callable[[], Record]]] = {
    "no_command_twice": [
        lambda: replace(WELL, commands=[*WELL.commands, Seen(52.0, "lobby", "say saw zqaaaaa")])
    ],
    "no_start_twice": [lambda: replace(WELL, powers=[*WELL.powers, Seen(62.0, "lobby", "start")])],
    "no_act_without_majority": [
        lambda: replace(WELL, troubles=[Trouble("majority-lost", "0,1", 30.0, 70.0)], owned=WELL.owned[:1])
    ],
    "no_act_while_held": [
        lambda: replace(WELL, powers=[*WELL.powers, Seen(112.0 + HELD - 10.0, "lobby", "stop")])
    ],
    "one_owner_at_a_time": [
        lambda: replace(WELL, owned=[Owned(NODE, "m-a", 1, 0.0, 125.0), Owned(NODE, "m-b", 2, 112.0, 400.0)])
    ],
    "all_told": [lambda: replace(WELL, posts=WELL.posts[2:])],
    "all_seen_told": [lambda: replace(WELL, commands=[], posts=WELL.posts[2:])],
    "ends_after_openings": [
        lambda: replace(WELL, posts=WELL.posts[:1]),
        lambda: replace(WELL, posts=[*WELL.posts[:2], WELL.posts[3]]),
        lambda: replace(
            WELL, posts=[*WELL.posts, Post(71.0, "slow", "aaaaae", "lobby\nfull ended at lobby.")]
        ),
    ],
    "no_rate_exceeded": [
        lambda: replace(
            WELL,
            posts=[*WELL.posts, *(Post(80.0 + n, "slow", f"{n:06}", "told") for n in range(SLOW_RATE + 1))],
        )
    ],
    "no_budget_exceeded": [lambda: replace(WELL, powers=[*WELL.powers] * (FLEET_POWER + 1), states=[])],
    "owned_again": [
        lambda: replace(WELL, owned=WELL.owned[:1]),
        lambda: replace(WELL, owned=[WELL.owned[0], Owned(NODE, "m-b", 2, 125.0, 400.0)]),
    ],
    "seen_again": [lambda: replace(WELL, sockets=[*WELL.sockets[:2], Seen(160.0, "lobby", "auth")])],
}


def test_the_time_in_which_nothing_is_sent_is_counted_from_the_claim_which_is_told_once_the_log_is_read() -> (
    None
):
    took = WELL.owned[1].first
    law = JUDGES["no_act_while_held"]

    assert law(replace(WELL, powers=[Seen(took + HELD - READ_WITHIN + 0.1, "lobby", "stop")])) == []
    assert law(replace(WELL, powers=[Seen(took + HELD - READ_WITHIN - 0.1, "lobby", "stop")])) != []


@pytest.mark.parametrize(
    ("law", "breach"), [(law, breach) for law, breaches in BREACHES.items() for breach in breaches]
)
def test_a_breach_is_told_under_its_law(law: str, breach: Callable[[], Record]) -> None:
    assert JUDGES[law](breach()) != []


def test_every_law_is_shown_to_complain() -> None:
    assert set(BREACHES) == set(JUDGES)


def test_a_repeat_under_the_same_id_is_no_second_end() -> None:
    assert complaints(replace(WELL, posts=[*WELL.posts, WELL.posts[-1]])) == []


def test_of_several_incidents_at_once_a_line_each_is_enough() -> None:
    """What was over before anybody could be told has no word in the message that tells of it."""
    posts = [
        *WELL.posts[2:],
        Post(51.5, "ops", "aaaaab", "🟠 told: 1 server\n✅ lobby: opened and ended, lasted 1s"),
    ]

    assert complaints(replace(WELL, posts=posts)) == []
    twice = replace(WELL, posts=posts, printed=[*WELL.printed, Printed(52.0, "lobby", "told", "zqaaaab")])
    assert JUDGES["all_seen_told"](twice) != []


AGAIN = Post(115.0, "ops", "aaaaaf", "🟠 told: 1 server\n✅ lobby: opened and ended, lasted 1s")
LOST = replace(
    WELL,
    troubles=[Trouble("kill", "m-a", 50.5, 300.0)],
    owned=[Owned(NODE, "m-a", 1, 0.0, 50.4), Owned(NODE, "m-b", 2, 62.0, 400.0)],
    posts=[WELL.posts[0], AGAIN, *WELL.posts[2:]],
)
"""The channel's owner died as the opening had arrived, and the next one tells of it in short."""


def test_an_owner_that_died_before_it_noted_what_had_arrived_is_followed_by_one_that_tells_it_again() -> None:
    assert JUDGES["ends_after_openings"](LOST) == []


@pytest.mark.parametrize(
    "record",
    [
        replace(LOST, troubles=[]),
        replace(LOST, troubles=[KILL]),
        replace(LOST, troubles=[Trouble("clock", "m-a", 50.5, 300.0)]),
        replace(
            LOST,
            printed=[*WELL.printed, Printed(20.0, "lobby", "told", "zqaaaab")],
            commands=[*WELL.commands, Seen(20.2, "lobby", "say saw zqaaaab")],
        ),
        replace(LOST, printed=[*WELL.printed, Printed(20.0, "lobby", "told", "zqaaaab")]),
        replace(LOST, posts=[WELL.posts[0], *WELL.posts[2:]]),
    ],
    ids=["without trouble", "long before it", "by a clock", "known", "seen in calm", "without a line"],
)
def test_a_line_in_short_is_the_end_of_no_incident_but_that(record: Record) -> None:
    assert JUDGES["ends_after_openings"](record) != []


def test_a_member_that_went_on_before_anybody_took_its_shard_keeps_it() -> None:
    record = replace(
        WELL, troubles=[Trouble("stop", "m-a", 100.0, 112.0)], owned=[Owned(NODE, "m-a", 1, 0.0, 400.0)]
    )

    assert complaints(record) == []


def test_where_nobody_established_could_take_it_nothing_is_asked_of_the_others() -> None:
    record = replace(WELL, standings=[], owned=[WELL.owned[0], Owned(NODE, "m-b", 2, 145.0, 400.0)])

    assert JUDGES["owned_again"](record) == []


def test_time_in_which_processes_waited_for_a_processor_is_nobodys_delay() -> None:
    late = replace(WELL, owned=[WELL.owned[0], Owned(NODE, "m-b", 2, 125.0, 400.0)])
    waits = Waits([(95.0, 1000.0), (121.0, 1007.0), (140.0, 1007.0)])

    assert JUDGES["owned_again"](replace(late, waits=waits)) == []
    assert JUDGES["owned_again"](replace(late, waits=Waits([(95.0, 1000.0), (121.0, 1003.0)]))) != []
    unseen = replace(WELL, sockets=[*WELL.sockets[:2], Seen(146.0, "lobby", "auth")])
    assert JUDGES["seen_again"](unseen) != []
    assert JUDGES["seen_again"](replace(unseen, waits=Waits([(111.0, 0.0), (145.0, 5.0)]))) == []


def test_figures_tell_upon_how_much_the_laws_held() -> None:
    found = figures(WELL)

    assert (found["troubles"], found["takeovers judged"], found["p50"]) == ({"kill": 1}, 1, 12.0)
    assert (found["doubles"], found["commands"], found["messages"]) == (0, 1, 4)
