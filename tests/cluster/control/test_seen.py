"""The cluster in rows: who lives, who owns what, and what is wrong as sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automaton.cluster.control.seen import OwnShard, Seen, cluster_view
from automaton.cluster.ownership import ShardStanding
from automaton.cluster.wishes import Wishes
from tests.cluster.beats import beat, member
from tests.cluster.control.members import EU, FLEET, US


def standing(owner: str | None, epoch: int = 1, unowned_for: float = 0.0) -> ShardStanding:
    return ShardStanding(owner=owner, epoch=epoch, written=1, unowned_for=unowned_for)


SEEN = Seen(
    name="hosting", me="a", living=[member(beat("a", owned={"fleet": 1})), member(beat("b"))],
    standings={FLEET: standing("a"), EU: standing("b")},
    own={FLEET: OwnShard(lease=9.5)},
)  # fmt: skip


def test_where_all_is_well_nothing_is_said() -> None:
    view = cluster_view(SEEN)

    assert view.troubles == []
    assert [(row.name, row.state, row.shards, row.why) for row in view.members] == [
        ("a", "established", 1, ""),
        ("b", "established", 1, ""),
    ]
    assert [(row.shard, row.owner, row.state, row.lease) for row in view.shards] == [
        ("fleet", "a", "owned", 9.5),
        ("node:eu-1", "b", "owned", None),
    ]


def test_what_nobody_owns_says_why_and_since_when() -> None:
    seen = replace(SEEN, standings={US: standing(None, 7, 12.0)}, waiting={US: "b is to take it"})

    (row,) = cluster_view(seen).shards

    assert (row.owner, row.state, row.epoch, row.since, row.why) == (
        "",
        "unowned",
        7,
        12.0,
        "b is to take it",
    )
    assert cluster_view(seen).troubles == ["1 shard is owned by nobody: nothing acts on it"]


@pytest.mark.parametrize(
    ("epoch", "whose"), [(2, "its last owner's"), (1, "those of a daemon that ran before the cluster")]
)
def test_a_shard_that_was_just_taken_says_how_long_its_actions_wait(epoch: int, whose: str) -> None:
    seen = replace(SEEN, standings={EU: standing("a", epoch)}, own={EU: OwnShard(lease=9.0, acts_in=74.6)})

    (row,) = cluster_view(seen).shards

    assert (row.state, row.why) == ("taken", f"its power and commands wait for 75 s: {whose} may run")


@pytest.mark.parametrize(
    ("epoch", "why"), [(0, "nobody has claimed it yet"), (3, "nobody has claimed it again yet")]
)
def test_what_waits_for_its_first_owner_is_not_what_waits_for_the_next(epoch: int, why: str) -> None:
    (row,) = cluster_view(replace(SEEN, standings={US: standing(None, epoch)})).shards

    assert row.why == why


def test_of_another_members_shard_it_is_known_by_what_that_one_said_a_moment_ago() -> None:
    waiting = member(beat("b", waits={"node:eu-1": 40.0}))  # heard half a second ago
    seen = replace(SEEN, living=[member(beat("a")), waiting], standings={EU: standing("b", 2)})

    (row,) = cluster_view(seen).shards

    assert (row.owner, row.state, row.acts_in) == ("b", "taken", 39.5)
    assert row.why == "its power and commands wait for 40 s: its last owner's may run"


def test_a_wait_that_is_over_by_now_is_none() -> None:
    seen = replace(SEEN, living=[member(beat("a")), member(beat("b", waits={"node:eu-1": 0.4}))])

    row = next(row for row in cluster_view(seen).shards if row.shard == "node:eu-1")

    assert (row.state, row.acts_in, row.why) == ("owned", None, "")


def test_who_owns_something_is_not_new_to_a_member_that_was_started_a_moment_ago() -> None:
    owner, newcomer = member(beat("b", owned={"node:eu-1": 3})), member(beat("c"))
    living = [replace(one, steady=4.0) for one in (member(beat("a")), owner, newcomer)]

    view = cluster_view(replace(SEEN, living=living))

    assert [(row.name, row.state) for row in view.members] == [
        ("a", "new"), ("b", "established"), ("c", "new"),
    ]  # fmt: skip


def test_what_nobody_owns_has_no_lease_though_we_owned_it_until_nats_was_lost() -> None:
    seen = replace(SEEN, standings={EU: standing(None, 2, 65.0)}, own={EU: OwnShard(lease=-75.0)})

    (row,) = cluster_view(seen).shards

    assert (row.state, row.lease) == ("unowned", None)


def test_nats_answers_while_it_takes_what_this_member_writes() -> None:
    cut_off = replace(SEEN, living=[member(beat("a"), is_able=False), member(beat("b"))])

    assert (cluster_view(SEEN).nats_answers, cluster_view(cut_off).nats_answers) == (True, False)


def test_a_shard_that_acts_on_no_server_waits_for_nothing() -> None:
    seen = replace(SEEN, own={FLEET: OwnShard(lease=9.0, acts_in=74.6)})

    assert cluster_view(seen).shards[0].state == "owned"


def test_a_shard_on_its_way_and_one_that_a_person_moved_say_so() -> None:
    seen = replace(SEEN, leaving={FLEET: "b"}, wishes=Wishes().move(FLEET, "b"))

    row = cluster_view(seen).shards[0]

    assert (row.state, row.why, row.pinned) == ("handed over", "it goes to b", "b")


def test_members_that_lag_or_are_gone_or_have_another_time_are_told() -> None:
    old, ahead = member(beat("c", generation=1)), replace(member(beat("d", generation=2)), skew=-7.0)
    seen = replace(
        SEEN,
        living=[member(beat("a", generation=2)), old, ahead],
        dead={"e": 65.0},
        twins=["a"],
        went_back={FLEET: "its log ends at 5, and 9 were acknowledged"},
    )

    view = cluster_view(seen)

    assert [(row.name, row.state) for row in view.members if row.why] == [
        ("c", "established"),
        ("e", "dead"),
    ]
    assert view.troubles == [
        "two processes call themselves a: give one of them another `member` in `cluster`",
        "c has an older configuration, and keeps what it owns: `automaton reload` there",
        "the clock of d is 7 s behind that of a: run NTP on both",
        "fleet: its log ends at 5, and 9 were acknowledged; its power is held until"
        " `automaton cluster adopt fleet`",
    ]


def test_a_log_that_went_back_is_told_by_members_that_do_not_own_it_too() -> None:
    """Whoever asks the wrong one would read that all is well while all power of that node is held."""
    seen = replace(SEEN, living=[member(beat("a")), member(beat("b", lost=("node:eu-1", "fleet")))])

    view = cluster_view(seen)

    assert [(row.shard, row.why) for row in view.shards] == [
        ("fleet", ""),
        ("node:eu-1", "its log lost its end"),
    ]
    assert view.troubles == [
        "node:eu-1: its log lost its end; its power is held until `automaton cluster adopt node:eu-1` at b"
    ]
