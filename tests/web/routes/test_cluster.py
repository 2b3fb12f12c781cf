"""What is seen of a cluster is told, and what is wished is written or refused with a sentence."""

from __future__ import annotations

import pytest

from automaton.web.routes.cluster import (
    AdoptWanted,
    ClusterView,
    DrainWanted,
    MemberRow,
    MoveWanted,
    ShardRow,
    WishAnswer,
    routes,
    routes_alone,
)
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    """A cluster of one, which cannot be drained."""

    def __init__(self) -> None:
        self.wished: list[object] = []

    def cluster(self) -> ClusterView:
        return ClusterView(
            name="hosting", me="a", generation=3, members=[MemberRow(name="a", state="established")],
            shards=[ShardRow(shard="fleet", owner="a", lease=9.5)],
        )  # fmt: skip

    async def drain(self, wanted: DrainWanted, who: str) -> WishAnswer:
        return WishAnswer(taken=False, says="nobody but a could own anything")

    async def move(self, wanted: MoveWanted, who: str) -> WishAnswer:
        self.wished.append(wanted)
        return WishAnswer(taken=True, says="fleet goes to b")

    async def adopt(self, wanted: AdoptWanted, who: str) -> WishAnswer:
        self.wished.append(wanted)
        return WishAnswer(taken=True, says="all are adopted")


async def test_members_and_shards_are_told() -> None:
    async with client_of(routes(Daemon())) as client:
        seen = (await client.get("/v1/cluster")).json()

    assert (seen["me"], seen["generation"]) == ("a", 3)
    assert [(row["shard"], row["owner"], row["lease"]) for row in seen["shards"]] == [("fleet", "a", 9.5)]


async def test_what_is_wished_is_answered_with_a_sentence() -> None:
    daemon = Daemon()
    async with client_of(routes(daemon)) as client:
        moved = await client.post("/v1/cluster/move", json={"shard": "fleet", "member": "b"})
        adopted = await client.post("/v1/cluster/adopt", json={})

    assert (moved.json()["says"], adopted.json()["says"]) == ("fleet goes to b", "all are adopted")
    assert daemon.wished == [MoveWanted("fleet", "b"), AdoptWanted()]


async def test_what_cannot_be_is_409_with_why() -> None:
    async with client_of(routes(Daemon())) as client:
        answer = await client.post("/v1/cluster/drain", json={})

    assert (answer.status_code, answer.json()) == (409, {"problem": "nobody but a could own anything"})


async def test_a_daemon_that_runs_alone_says_so() -> None:
    async with client_of(routes_alone()) as client:
        answers = [
            await client.get("/v1/cluster"),
            *[await client.post(f"/v1/cluster/{wish}", json={}) for wish in ("drain", "move", "adopt")],
        ]

    assert {(one.status_code, one.json()["problem"]) for one in answers} == {
        (404, "this daemon runs alone: automaton.yml has no `cluster`")
    }


def test_both_have_the_same_routes() -> None:
    assert {(one.path, *sorted(one.methods or ())) for one in routes(Daemon())} == {
        (one.path, *sorted(one.methods or ())) for one in routes_alone()
    }
