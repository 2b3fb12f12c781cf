"""Who does not take what was handed to it is given nothing more for a while, each time longer."""

from __future__ import annotations

from automaton.cluster.ownership import ShardStanding
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.cluster.untaken import FIRST, LONGEST, Untaken

NODE, OTHER = Shard(ShardKind.NODE, "n1"), Shard(ShardKind.NODE, "n2")
PATIENCE = 4.0


def owned(by: str) -> ShardStanding:
    return ShardStanding(owner=by, epoch=1, written=1, unowned_for=0.0)


def released(to: str, seconds: float) -> ShardStanding:
    return ShardStanding(owner=None, epoch=1, written=1, unowned_for=seconds, released_to=to)


def test_it_has_some_seconds_to_take_it() -> None:
    untaken = Untaken(PATIENCE)
    untaken.look({NODE: released("b", PATIENCE - 0.1)}, 100.0)
    assert untaken.spared(100.0) == frozenset()

    untaken.look({NODE: released("b", PATIENCE)}, 101.0)
    assert untaken.left("b", ShardKind.NODE, 101.0) == FIRST
    assert untaken.spared(101.0) == {("b", ShardKind.NODE)}
    assert untaken.spared(101.0 + FIRST) == frozenset()


def test_of_another_kind_it_is_given_as_before() -> None:
    untaken = Untaken(PATIENCE)
    untaken.look({NODE: released("b", 5.0)}, 100.0)

    assert untaken.left("b", ShardKind.CHANNEL, 100.0) == 0.0
    assert untaken.left("a", ShardKind.NODE, 100.0) == 0.0


def test_it_is_given_more_after_ever_longer_and_one_release_counts_once() -> None:
    untaken, now, waits = Untaken(PATIENCE), 100.0, []
    for _ in range(7):
        untaken.look({NODE: released("b", 5.0), OTHER: released("b", 5.0)}, now)
        untaken.look({NODE: released("b", 6.0)}, now + 1.0)
        waits.append(untaken.left("b", ShardKind.NODE, now))
        now += waits[-1]

    assert waits == [30.0, 60.0, 120.0, 240.0, 480.0, LONGEST, LONGEST]


def test_once_it_took_one_it_is_given_as_any_other() -> None:
    untaken = Untaken(PATIENCE)
    untaken.look({NODE: released("b", 5.0), OTHER: owned("b"), FLEET: owned("a")}, 100.0)
    untaken.look({NODE: owned("a"), OTHER: owned("b"), FLEET: owned("b")}, 101.0)
    assert untaken.left("b", ShardKind.NODE, 101.0) == FIRST - 1.0, "what it had before is no proof"

    untaken.look({NODE: owned("b"), OTHER: owned("a"), FLEET: owned("b")}, 102.0)
    assert untaken.left("b", ShardKind.NODE, 102.0) == 0.0


def test_what_a_member_did_not_take_long_ago_is_forgotten() -> None:
    untaken = Untaken(PATIENCE)
    untaken.look({NODE: released("b", 5.0)}, 100.0)
    untaken.look({NODE: owned("a")}, 100.0 + FIRST + LONGEST - 1.0)
    untaken.look({NODE: released("b", 5.0)}, 100.0 + FIRST + LONGEST - 0.5)
    again = 100.0 + FIRST + LONGEST - 0.5
    assert untaken.left("b", ShardKind.NODE, again) == 2 * FIRST

    later = again + 2 * FIRST + LONGEST
    untaken.look({NODE: released("b", 5.0)}, later)
    assert untaken.left("b", ShardKind.NODE, later) == FIRST
