"""Clusters in virtual time: who owns what when members die, stand still, are cut off, drained, upgraded."""

from __future__ import annotations

import pytest

from automaton.cluster.heartbeat import Formats
from automaton.cluster.shard import Shard, ShardKind
from tests.cluster.simulated_cluster import SimulatedCluster, begun
from tests.long import seeds

OWNED_AGAIN = 20.0  # seconds
NODE = Shard(ShardKind.NODE, "node-0")


def moves(cluster: SimulatedCluster) -> int:
    return len(cluster.moves)


def test_members_that_start_within_seconds_share_all_out_at_once() -> None:
    cluster = SimulatedCluster(1, "abc", 12, loss=0.05)
    cluster.run(40)

    assert cluster.counts() == {"a": 4, "b": 4, "c": 4}
    assert moves(cluster) == 0


def test_a_member_alone_owns_everything_after_thirty_seconds() -> None:
    cluster = SimulatedCluster(1, "a", 12, loss=0.05)
    cluster.run(29)
    assert set(cluster.owners().values()) == {None}

    cluster.run(5)

    assert set(cluster.owners().values()) == {"a"}


@pytest.mark.parametrize("seed", seeds(0, few=2, many=20))
def test_what_a_dead_member_had_is_owned_again_and_nothing_else_moves(seed: int) -> None:
    cluster = begun(seed)
    had = {shard for shard, owner in cluster.owners().items() if owner == "a"}
    cluster.kill("a")
    cluster.run(60)

    assert cluster.counts() == {"a": 0, "b": 6, "c": 6}
    assert {move.shard for move in cluster.moves} == had
    assert moves(cluster) == len(had)
    assert cluster.longest_unowned <= OWNED_AGAIN


@pytest.mark.parametrize("seed", seeds(0, few=2, many=20))
def test_two_of_three_may_die_at_once(seed: int) -> None:
    cluster = begun(seed)
    cluster.kill("a")
    cluster.kill("b")
    cluster.run(30)

    assert set(cluster.owners().values()) == {"c"}
    assert cluster.longest_unowned <= OWNED_AGAIN


@pytest.mark.parametrize("seed", seeds(0, few=2, many=20))
def test_the_next_may_die_just_before_it_takes_over(seed: int) -> None:
    cluster = begun(seed)
    cluster.kill("a")
    cluster.run(9)
    cluster.kill("b")
    cluster.run(40)

    assert set(cluster.owners().values()) == {"c"}
    assert cluster.longest_unowned <= OWNED_AGAIN


def test_a_newcomer_is_handed_its_part_and_no_more() -> None:
    cluster = begun(1)
    cluster.start("d")
    cluster.run(300)

    assert cluster.counts() == {"a": 3, "b": 3, "c": 3, "d": 3}
    assert {move.to for move in cluster.moves} == {"d"}
    assert all(move.was_released for move in cluster.moves)
    assert moves(cluster) == 3


@pytest.mark.parametrize("seed", seeds(0, few=1, many=10))
def test_a_member_that_does_not_reach_the_panel_is_handed_a_node_ever_more_rarely(seed: int) -> None:
    """It would be handed them again and again, and nobody would see their servers for long."""
    cluster = begun(seed)
    cluster.start("d")
    cluster.machines["d"].knows_nodes = False
    cluster.run(1800)
    nodes = [move for move in cluster.moves if move.shard.kind is ShardKind.NODE]

    assert cluster.counts()["d"] == 0
    # Seven times: after 30 s, a minute, two …, and then every ten minutes; of three owners each.
    assert len(nodes) < 40
    assert cluster.longest_unowned <= OWNED_AGAIN

    cluster.machines["d"].knows_nodes = True
    cluster.run(900)
    assert cluster.counts() == {"a": 3, "b": 3, "c": 3, "d": 3}


def test_shards_are_shared_out_by_cores() -> None:
    cluster = SimulatedCluster(1, "abc", 16, loss=0.05)
    cluster.machines["a"].cores = 4
    cluster.run(40)

    assert cluster.counts() == {"a": 8, "b": 4, "c": 4}


@pytest.mark.parametrize("how", ["restart", "cut", "pause", "stop"])
def test_a_member_that_comes_and_goes_every_twenty_seconds_moves_no_shard(how: str) -> None:
    cluster = begun(1)
    cluster.start("d")
    for _ in range(15):
        cluster.run(20)
        match how:
            case "restart":
                cluster.kill("d")
            case "cut":
                cluster.cut("d", 20)
            case "pause":
                cluster.pause("d", 20)
            case "stop":
                cluster.stop("d")
        cluster.run(20)
        if how in ("restart", "stop"):
            cluster.start("d")

    assert moves(cluster) == 0


@pytest.mark.parametrize("seconds", [9, 15, 300])
def test_an_engine_without_a_majority_moves_no_shard(seconds: int) -> None:
    cluster = begun(seconds)
    cluster.break_engine(seconds)
    cluster.run(seconds + 120)

    assert moves(cluster) == 0
    assert None not in cluster.owners().values()


def test_lost_heartbeats_move_no_shard() -> None:
    """Of a third that is lost, ten in a row are once in a day and a half for each pair."""
    cluster = begun(1, loss=0.3)
    cluster.run(600)

    assert moves(cluster) == 0


@pytest.mark.parametrize("how", ["cut", "pause"])
@pytest.mark.parametrize("seconds", [5, 60])
def test_a_member_that_is_away_longer_than_the_silence_loses_what_it_had_and_gets_its_part_back(
    how: str, seconds: int
) -> None:
    cluster = begun(3)
    had = cluster.counts()["b"]
    if how == "cut":
        cluster.cut("b", seconds)
    else:
        cluster.pause("b", seconds)
    cluster.run(seconds + 200)

    assert cluster.counts() == {"a": 4, "b": 4, "c": 4}
    assert cluster.longest_unowned <= OWNED_AGAIN
    assert cluster.robbed() == []
    assert (moves(cluster) == 0) if seconds == 5 else (moves(cluster) >= 2 * had)


def test_a_member_that_is_stopped_gives_all_up_and_it_is_owned_again_in_seconds() -> None:
    cluster = begun(5)
    cluster.stop("a")
    cluster.run(30)

    assert cluster.counts() == {"a": 0, "b": 6, "c": 6}
    assert cluster.longest_unowned <= 3


def test_a_drained_member_hands_all_over_and_is_given_its_part_again_afterwards() -> None:
    cluster = begun(4)
    had = sum(owner == "a" for owner in cluster.owners().values())
    cluster.wishes = cluster.wishes.drain("a")
    cluster.run(200)
    assert cluster.counts() == {"a": 0, "b": 6, "c": 6}
    assert moves(cluster) == had
    assert all(move.was_released for move in cluster.moves)
    assert cluster.longest_unowned <= 3

    cluster.wishes = cluster.wishes.undrain("a")
    cluster.run(200)

    assert cluster.counts() == {"a": 4, "b": 4, "c": 4}


def test_a_shard_that_was_moved_stays_until_it_is_free_again() -> None:
    cluster = begun(7)
    to = next(name for name in "abc" if name != cluster.owner(NODE))
    cluster.wishes = cluster.wishes.move(NODE, to)
    cluster.run(60)
    assert cluster.owner(NODE) == to

    cluster.start("d")
    cluster.run(300)
    assert cluster.owner(NODE) == to
    cluster.forget_what_was()
    cluster.wishes = cluster.wishes.unpin(NODE)
    cluster.run(100)

    assert moves(cluster) == 0


def test_a_drained_member_whose_receiver_dies_goes_on_to_the_next() -> None:
    cluster = begun(8)
    cluster.wishes = cluster.wishes.drain("a")
    cluster.run(20)
    cluster.kill("b")
    cluster.run(400)

    assert set(cluster.owners().values()) == {"c"}
    assert cluster.longest_unowned <= OWNED_AGAIN
    assert cluster.robbed() == []


def test_a_member_that_hears_nobody_robs_nobody() -> None:
    cluster = begun(6)
    cluster.machines["c"].is_deaf = True
    cluster.run(200)

    assert moves(cluster) == 0


def test_an_older_configuration_keeps_what_it_has_and_takes_the_rest_after_a_minute() -> None:
    cluster = begun(9)
    cluster.machines["a"].generation = 2
    cluster.run(60)
    assert moves(cluster) == 0
    cluster.kill("b")
    cluster.run(30)
    assert cluster.counts() == {"a": 8, "b": 0, "c": 4}
    assert cluster.longest_unowned <= OWNED_AGAIN

    cluster.wishes = cluster.wishes.drain("a")
    cluster.machines["a"].paused_until = cluster.now + 1000
    cluster.run(50)
    assert cluster.counts() == {"a": 0, "b": 0, "c": 12}, "nobody with the latest lives, so c has it"


def test_a_rolling_upgrade_between_two_formats_loses_no_shard_and_robs_nobody() -> None:
    cluster = begun(10)
    for name in "abc":
        cluster.stop(name)
        cluster.run(5)
        cluster.machines[name].formats = Formats(reads_from=1, reads_to=2, writes=1)
        cluster.machines[name].generation = 2
        cluster.start(name)
        cluster.run(20)
        assert {process.writes() for process in cluster.processes.values()} == {2 if name == "c" else 1}
        cluster.run(130)
        assert None not in cluster.owners().values()

    assert cluster.counts() == {"a": 4, "b": 4, "c": 4}
    assert {process.writes() for process in cluster.processes.values()} == {2}
    assert cluster.longest_unowned <= OWNED_AGAIN
    assert cluster.robbed() == []


def test_what_nobody_reads_is_taken_by_nobody_and_they_say_why() -> None:
    cluster = SimulatedCluster(11, "a", 3, loss=0.0)
    cluster.machines["a"].formats = Formats(reads_from=2, reads_to=3, writes=3)
    cluster.run(60)
    cluster.start("b")
    cluster.run(5)
    cluster.kill("a")
    cluster.run(200)

    assert set(cluster.owners().values()) == {None}
    assert set(cluster.processes["b"].placement.waiting.values()) == {
        "its log is in format 2, which b does not read: upgrade b"
    }


def disturb(cluster: SimulatedCluster, names: str) -> None:
    """Something at random."""
    random = cluster.random
    name = random.choice(names)
    match random.randrange(8):
        case 0:
            cluster.kill(name)
        case 1 | 2 if name not in cluster.processes:
            cluster.start(name)
        case 3:
            cluster.pause(name, random.choice([3, 12, 40]))
        case 4:
            cluster.cut(name, random.choice([3, 12, 40]))
        case 5:
            cluster.break_engine(random.choice([3, 9, 30]))
        case 6:
            cluster.stop(name)
        case 7 if random.random() < 0.3:
            cluster.wishes = cluster.wishes.drain(name)
        case 7:
            cluster.wishes = cluster.wishes.undrain(name)


def heal(cluster: SimulatedCluster, names: str) -> None:
    for name in names:
        cluster.wishes = cluster.wishes.undrain(name)
        if name not in cluster.processes or cluster.processes[name].is_leaving:
            cluster.start(name)


@pytest.mark.parametrize("seed", seeds(0, few=3, many=60))
def test_whatever_happens_shards_are_owned_again_nobody_is_robbed_and_all_comes_to_rest(seed: int) -> None:
    names, nodes = "abcd", 24
    cluster = begun(seed, names, nodes)
    for _ in range(40):
        disturb(cluster, names)
        cluster.run(cluster.random.choice([1, 5, 20, 60]))
    assert cluster.longest_unowned <= OWNED_AGAIN
    assert cluster.robbed() == []

    heal(cluster, names)
    cluster.run(300)
    cluster.forget_what_was()
    cluster.run(200)

    assert cluster.counts() == dict.fromkeys(names, nodes // len(names))
    assert None not in cluster.owners().values()
    assert moves(cluster) == 0
