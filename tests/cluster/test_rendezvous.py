"""Who is best at a shard."""

from __future__ import annotations

from collections import Counter

from automaton.cluster.rendezvous import ranked, score
from automaton.cluster.shard import Shard, ShardKind

SHARDS = [Shard(ShardKind.NODE, f"n{number}") for number in range(6000)]


def test_each_is_best_at_a_part_as_large_as_its_part_of_the_cores() -> None:
    cores = {"a": 4, "b": 2, "c": 2}
    firsts = Counter(ranked(cores, cores, shard)[0] for shard in SHARDS)

    assert {name: round(20 * count / len(SHARDS)) for name, count in firsts.items()} == {
        "a": 10,
        "b": 5,
        "c": 5,
    }


def test_who_goes_away_changes_nothing_between_the_others() -> None:
    cores = {"a": 2, "b": 2, "c": 2, "d": 2}
    for shard in SHARDS[:200]:
        all_four = ranked(cores, cores, shard)

        assert [name for name in all_four if name != "b"] == ranked(cores, {"a", "c", "d"}, shard)


def test_scores_are_the_same_on_every_machine() -> None:
    """Written down once: members of two releases have to agree."""
    shard = Shard(ShardKind.NODE, "eu-1")

    assert score("a", 2, shard) == 2 * score("a", 1, shard)
    assert round(score("a", 1, shard), 4) == 43.3744
    assert ranked({"a": 2, "b": 2, "c": 2}, "abc", shard) == ["a", "b", "c"]
