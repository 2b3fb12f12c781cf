"""What /about says of a cluster."""

from __future__ import annotations

from msgspec.structs import replace

from automaton.web.pages.cluster_standing import standing_of
from automaton.web.routes.cluster import ClusterView, MemberRow, ShardRow

VIEW = ClusterView(
    name="hosting", me="m-a", generation=3,
    members=[
        MemberRow(name="m-a", state="established", reads_from=1, reads_to=2, writes=1),
        MemberRow(name="m-b", state="draining"),
        MemberRow(name="m-c", state="dead"),
    ],
    shards=[
        ShardRow(shard="fleet", owner="m-a", lease=9.5),
        ShardRow(shard="node:eu-1", owner="m-a", lease=7.5),
        ShardRow(shard="node:eu-2", owner="m-b", state="taken", acts_in=9.0, why="its power waits"),
        ShardRow(shard="node:eu-3", state="unowned", why="nobody has claimed it yet"),
    ],
)  # fmt: skip


def test_each_member_stands_with_what_it_owns() -> None:
    standing = standing_of(VIEW)

    assert [
        (one.row.name, one.kind, one.logs, [shard.shard for shard in one.shards]) for one in standing.members
    ] == [
        ("m-a", "ok", "writes 1, reads 1 to 2", ["fleet", "node:eu-1"]),
        ("m-b", "silenced", "", ["node:eu-2"]),
        ("m-c", "critical", "", []),
    ]


def test_what_nobody_owns_and_what_is_not_as_it_should_be_stand_apart() -> None:
    standing = standing_of(VIEW)

    assert [one.shard for one in standing.unowned] == ["node:eu-3"]
    assert [one.shard for one in standing.moving] == ["node:eu-2"]


def test_the_lease_that_is_told_is_the_shortest_of_our_own() -> None:
    assert standing_of(VIEW).lease == 7.5
    assert standing_of(replace(VIEW, shards=[])).lease is None
