"""What monitoring is told of the cluster, by what a member sees and counts."""

from __future__ import annotations

from automaton.cluster.control.seen import OwnShard, Seen
from automaton.cluster.log.append_times import AppendTimes
from automaton.cluster.ownership import ShardStanding
from automaton.cluster.shard import FLEET, Shard
from automaton.daemon.cluster.cluster_figures import Counted, cluster_figures
from automaton.web.routes.metrics import samples
from tests.cluster.beats import beat, member

EU, US = Shard.read("node:eu-1"), Shard.read("node:us-1")


def counted() -> Counted:
    appends = AppendTimes()
    appends.add(0.004)
    appends.miss()
    return Counted(
        appends=appends, fenced=2, mail_lost={"unread": 3}, shares={("main", 1): 120.0},
        untaken={"ops": (3, 40.0), "oncall": (0, 0.0)},
    )  # fmt: skip


def test_members_and_shards_are_counted_as_this_member_sees_them() -> None:
    seen = Seen(
        name="hosting", me="a", living=[member(beat("a")), member(beat("b", draining=True))],
        dead={"c": 60.0}, twins=["b"],
        standings={
            EU: ShardStanding(owner="a", epoch=4, written=1, unowned_for=0.0),
            US: ShardStanding(owner=None, epoch=2, written=1, unowned_for=9.0),
        },
        own={EU: OwnShard(lease=8.5, acts_in=30.0), FLEET: OwnShard(lease=7.0, acts_in=30.0)},
        went_back={EU: "its log lost its end"},
    )  # fmt: skip

    told = cluster_figures(seen, counted())

    states = [("established", 1), ("new", 0), ("draining", 1), ("dead", 1)]
    assert told["cluster_members"] == samples(states)
    assert {name: told[f"cluster_{name}"] for name in ("twins", "epochs", "logs_went_back")} == {
        "twins": 1, "epochs": 6, "logs_went_back": 1,
    }  # fmt: skip
    shards = ("shards_owned", "shards_unowned", "shards_taking_over", "lease_left")
    assert [told[f"cluster_{name}"] for name in shards] == [2, 1, 1, 7.0]


def test_what_never_happened_is_told_as_none() -> None:
    told = cluster_figures(Seen(name="hosting", me="a", living=[member(beat("a"))]), counted())

    assert told["cluster_lease_left"] is None
    lost = [("unread", 3), ("unwritten", 0), ("too large", 0), ("unreachable", 0)]
    assert told["cluster_mail_lost"] == samples(lost)
    assert told["cluster_account_share"] == samples([("main", "2", 120.0)])
    assert told["cluster_messages_waiting"] == samples([("ops", 3), ("oncall", 0)])
    assert told["cluster_messages_oldest"] == samples([("ops", 40.0), ("oncall", 0.0)])


def test_a_member_whose_configuration_is_older_says_so() -> None:
    living = [member(beat("a", generation=1)), member(beat("b", generation=2))]

    assert cluster_figures(Seen(name="h", me="a", living=living), counted())["cluster_generation_behind"]
    assert not cluster_figures(Seen(name="h", me="b", living=living), counted())["cluster_generation_behind"]
