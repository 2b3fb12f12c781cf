"""Each judge finds a forged record guilty and an honest one not: no law of the campaign is without teeth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import inf

import pytest

from tests.campaign.crash.judges import JUDGES, MAX_AGE, figures, said, seen_seconds
from tests.campaign.crash.load import BUDGET, COOLDOWN, HELD_FOR
from tests.campaign.crash.record import Life, Post, Printed, Record, Seen

A, B, C = "zqaaaaa", "zqaaaab", "zqaaaac"

HONEST = Record(
    until=60.0,
    lives=[Life(0.0, 10.0, "at any time"), Life(10.0, 20.0, "at any time"), Life(20.0)],
    printed=[
        Printed(1.0, "lobby", "told", A),
        Printed(2.0, "event", "restarted", B),
        Printed(3.0, "build", "waits", C),
    ],
    commands=[
        Seen(1.2, "lobby", f"say saw {A}"),
        Seen(3.2, "build", f"say began {C}"),
        Seen(4.0, "test", "say cooled"),
        Seen(4.0 + COOLDOWN, "test", "say cooled"),
        Seen(4.0, "factions", "say broken"),
        Seen(5.0, "factions", "say broken"),
        Seen(6.0, "factions", "say tripped"),
        Seen(7.0, "survival", f"say hushed {A}"),
        Seen(18.5, "creative", "say held"),
    ],
    powers=[Seen(2.2, "event", "restart"), Seen(6.0, "valheim", "start"), Seen(9.0, "valheim", "start")],
    states=[
        Seen(5.0, "valheim", "offline"),
        Seen(7.0, "valheim", "running"),
        Seen(8.0, "valheim", "offline"),
    ],
    sockets=[Seen(1.0, "creative", "auth"), Seen(11.0, "creative", "auth"), Seen(21.0, "creative", "auth")],
    filled=[Seen(9.5, "creative", "memory")],
    silenced=7.5,
    acked=[Seen(3.0, "minigames", "ack")],
    posts=[
        post
        for target in ("first", "second")
        for post in (
            Post(1.3, target, "a1", f"opened {A}"),
            Post(2.3, target, "b1", f"opened {B}"),
            Post(2.5, target, "b1", f"opened {B}"),
            Post(3.3, target, "c1", f"opened {C}"),
            Post(9.3, target, "a2", f"ended {A}, opened and ended {B} after 6s"),
            Post(9.4, target, "b2", f"ended {B}"),
            Post(9.5, target, "c2", f"waited {C}"),
            Post(9.6, target, "c3", f"ended {C}"),
            Post(9.8, target, "d1", "louder at minigames-2."),
        )
    ],
    targets=("first", "second"),
)


def without(text: str, target: str = "second") -> Record:
    """The honest record without what one address was told."""
    posts = [one for one in HONEST.posts if one.target != target or text not in one.text]
    return replace(HONEST, posts=posts)


def late(text: str, by: float) -> Record:
    """The honest record with what the second address was told that much later."""
    posts = [
        replace(one, at=one.at + by) if one.target == "second" and text in one.text else one
        for one in HONEST.posts
    ]
    return replace(HONEST, posts=sorted(posts, key=lambda post: post.at))


def typed(at: float, server: str, what: str) -> Record:
    return replace(HONEST, commands=[*HONEST.commands, Seen(at, server, what)])


def powered(*more: Seen) -> Record:
    return replace(HONEST, powers=[*HONEST.powers, *more])


FORGED: Mapping[str, Mapping[str, Record]] = {
    "no_restart_twice": {"restarted again": powered(Seen(4.0, "event", "restart"))},
    "no_start_twice": {"started again": powered(Seen(9.5, "valheim", "start"))},
    "no_command_twice": {"typed again": typed(12.0, "lobby", f"say saw {A}")},
    "all_told": {
        "one address was not told": without(f"opened {A}"),
        "a restart was told nowhere": replace(
            HONEST, posts=[one for one in HONEST.posts if B not in one.text]
        ),
        "a command's incident was told nowhere": replace(
            HONEST, posts=[one for one in HONEST.posts if f"opened {A}" not in one.text]
        ),
        "the run did not go on": replace(
            HONEST, posts=[one for one in HONEST.posts if "waited" not in one.text]
        ),
        "too late": late(f"opened {A}", MAX_AGE + 1),
    },
    "ends_after_openings": {
        "no end": without(f"ended {C}"),
        "no opening": without(f"opened {C}"),
        "the end first": late(f"opened {C}", 7.0),
    },
    "no_cooldown_forgotten": {"too soon": typed(4.0 + 1.5 * COOLDOWN, "test", "say cooled")},
    "no_breaker_forgotten": {
        "a run too many": typed(7.0, "factions", "say broken"),
        "tripped twice": typed(7.0, "factions", "say tripped"),
    },
    "no_budget_forgotten": {
        "one too many": powered(*(Seen(30.0 + n, "event", "restart") for n in range(BUDGET))),
    },
    "no_silence_forgotten": {"said all the same": typed(8.0, "survival", f"say hushed {B}")},
    "no_acknowledgement_forgotten": {
        "louder all the same": replace(
            HONEST, posts=[*HONEST.posts, Post(9.9, "first", "d2", "louder at minigames.")]
        ),
    },
    "no_for_counted_twice": {
        "by the clock on the wall": replace(
            HONEST, sockets=[Seen(1.0, "creative", "auth"), Seen(12.0 + HELD_FOR, "creative", "auth")]
        ),
        "what came before the end counted again": replace(
            HONEST,
            commands=[Seen(11.0 + HELD_FOR / 2, "creative", "say held")],
            filled=[Seen(9.0, "creative", "memory")],
        ),
    },
    "no_hold_forgotten": {
        "never fired": replace(HONEST, commands=[one for one in HONEST.commands if one.what != "say held"]),
    },
    "no_hold_fires_twice": {"fired again": typed(19.5, "creative", "say held")},
}


def test_every_judge_has_a_record_that_is_guilty() -> None:
    assert set(FORGED) == set(JUDGES)


@pytest.mark.parametrize(("judge", "forgery"), [(judge, one) for judge in FORGED for one in FORGED[judge]])
def test_a_forged_record_is_found_guilty_by_its_judge(judge: str, forgery: str) -> None:
    assert JUDGES[judge](FORGED[judge][forgery]) != []


@pytest.mark.parametrize("judge", JUDGES)
def test_an_honest_record_is_found_guilty_by_no_judge(judge: str) -> None:
    assert JUDGES[judge](HONEST) == []


def test_only_a_word_of_the_campaign_counts_as_said() -> None:
    assert said(Post(0.0, "first", "", f"lobby: told is over\nopened and ended after 5m\nended {A}")) == [
        ("ended", A)
    ]


def test_seen_is_from_each_auth_to_the_end_of_that_life() -> None:
    assert seen_seconds(HONEST, "creative", 9.5, 18.5) == 0.5 + 7.5
    assert seen_seconds(HONEST, "lobby", 0.0, inf) == 0.0


def test_a_repeat_is_a_message_with_the_same_id() -> None:
    counted = figures(HONEST)

    assert counted["repeated, same id"] == 2
    assert counted["openings in later messages too"] == 0
    again = replace(HONEST, posts=[*HONEST.posts, Post(12.0, "first", "a9", f"opened {A}")])
    assert figures(again)["openings in later messages too"] == 1
