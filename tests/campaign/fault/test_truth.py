"""Each difference and each excess is found in a world in which it is, and none in one that is well."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.campaign.crash.record import Post, Seen
from tests.campaign.fault.truth import (
    MOST_PANEL,
    MOST_POSTS,
    MOST_SOCKETS,
    MOST_TOKENS,
    POWER_FLEET,
    POWER_SERVER,
    World,
    differences,
    excesses,
)

WELL = World(
    servers=("lobby", "lobby-2", "event"),
    linked=frozenset({"lobby", "lobby-2", "event"}),
    full=frozenset({"lobby-2"}),
    offline=frozenset(),
    believed=frozenset({("full", "lobby-2")}),
    posts=[
        Post(1.0, "ops", "a", "full began at lobby-2"),
        Post(2.0, "ops", "b", "down began at event, full began at lobby"),
        Post(3.0, "ops", "c", "full ended at lobby\ndown ended at event"),
    ],
    targets=("ops",),
    powers=[Seen(1.0, "lobby", "restart")],
    tokens=[Seen(1.0, "lobby", "issued")] * MOST_TOKENS,
    sockets=[Seen(1.0, "lobby", "open")] * MOST_SOCKETS,
    requests=[Seen(1.0, "", "/api/client")] * MOST_PANEL,
)

NOT_YET = {
    "a link is missing": replace(WELL, linked=frozenset({"lobby", "lobby-2"})),
    "what is true is not believed": replace(WELL, believed=frozenset()),
    "what is believed is not true": replace(WELL, believed=WELL.believed | {("down", "event")}),
    "one that is down was not told": replace(
        WELL, offline=frozenset({"event"}), believed=WELL.believed | {("down", "event")}
    ),
    "an end was not told": replace(WELL, posts=WELL.posts[:2]),
    "another address was told nothing": replace(WELL, targets=("ops", "second")),
}
TOO_MUCH = {
    "power actions of a server": replace(WELL, powers=[*WELL.powers] * (POWER_SERVER + 1)),
    "power actions of the fleet": replace(
        WELL, powers=[Seen(1.0, f"server-{n}", "restart") for n in range(POWER_FLEET + 1)]
    ),
    "tokens": replace(WELL, tokens=[*WELL.tokens, Seen(60.0, "lobby", "issued")]),
    "sockets": replace(WELL, sockets=[*WELL.sockets, Seen(60.0, "lobby", "open")]),
    "requests": replace(WELL, requests=[*WELL.requests, Seen(60.0, "", "/api/client")]),
    "messages": replace(WELL, posts=[*WELL.posts, *[Post(4.0, "ops", "d", "hello")] * MOST_POSTS]),
}


@pytest.mark.parametrize("case", NOT_YET)
def test_each_difference_is_found(case: str) -> None:
    assert differences(NOT_YET[case]) != []


@pytest.mark.parametrize("case", TOO_MUCH)
def test_each_excess_is_found(case: str) -> None:
    assert excesses(TOO_MUCH[case]) != []


def test_a_world_that_is_well_has_neither() -> None:
    assert (differences(WELL), excesses(WELL)) == ([], [])


def test_a_minute_later_it_is_another_minute() -> None:
    assert excesses(replace(WELL, tokens=[*WELL.tokens, Seen(61.0, "lobby", "issued")])) == []
