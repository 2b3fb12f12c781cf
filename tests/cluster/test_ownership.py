"""How shards stand, by what members say."""

from __future__ import annotations

from automaton.cluster.heartbeat import Formats
from automaton.cluster.ownership import CLAIM_SEEN_WITHIN, Ownership, ShardStanding
from automaton.cluster.shard import FLEET, Shard, ShardKind
from tests.cluster.beats import beat, member

NODE = Shard(ShardKind.NODE, "n")


def test_a_shard_is_owned_by_who_says_so_and_unowned_since_nobody_does() -> None:
    ownership = Ownership()
    ownership.look([NODE], [member(beat("a", owned={"node:n": 3}))], 10.0)
    ownership.look([NODE], [member(beat("a"))], 20.0)

    assert ownership.look([NODE], [member(beat("a"))], 25.0) == {NODE: ShardStanding(None, 3, 1, 5.0)}


def test_of_two_that_own_it_the_later_claim_is_right() -> None:
    a, b = member(beat("a", owned={"node:n": 3})), member(beat("b", owned={"node:n": 4}))

    assert Ownership().look([NODE], [a, b], 0.0)[NODE].owner == "b"
    assert Ownership().look([NODE], [b, a], 0.0)[NODE].owner == "b"


def test_who_cannot_write_owns_nothing_that_it_could_act_on() -> None:
    formats = Formats(reads_from=1, reads_to=2, writes=2)
    sick = member(beat("a", owned={"node:n": 3}, formats=formats), is_able=False)

    assert Ownership().look([NODE], [sick], 0.0)[NODE] == ShardStanding(None, 3, 2, 0.0)


def test_a_release_names_who_is_to_claim_it_while_that_member_lives() -> None:
    a = member(beat("a", releasing={"node:n": "b", "fleet": "gone"}))
    standings = Ownership().look([NODE, FLEET], [a, member(beat("b"))], 0.0)

    assert [standings[shard].released_to for shard in (NODE, FLEET)] == ["b", None]


def test_what_another_release_or_other_rules_call_a_shard_is_passed_over() -> None:
    a = member(beat("a", owned={"galaxy:x": 1, "node:other": 1}, releasing={"galaxy:y": "a"}))

    assert Ownership().look([NODE], [a], 0.0) == {NODE: ShardStanding(None, 0, None, 0.0)}


def test_a_claim_that_no_heartbeat_told_of_is_left_to_who_made_it_for_some_seconds() -> None:
    ownership = Ownership()
    ownership.look([NODE], [], 0.0)
    assert ownership.read_claim(NODE, "b", 7, 1.0)
    assert ownership.look([NODE], [], 1.5)[NODE].claimed_by == "b"

    later = ownership.look([NODE], [], 1.0 + CLAIM_SEEN_WITHIN)[NODE]

    assert later.claimed_by is None
    assert not ownership.read_claim(NODE, "b", 7, 5.0)


def test_a_claim_of_an_owner_that_was_heard_and_is_dead_is_left_to_nobody() -> None:
    ownership = Ownership()
    ownership.look([NODE], [member(beat("a", owned={"node:n": 3}))], 0.0)
    ownership.look([NODE], [], 11.0)

    assert not ownership.read_claim(NODE, "a", 3, 11.0)
    assert not ownership.read_claim(FLEET, "a", 3, 11.0)


def test_shards_that_are_no_more_are_forgotten() -> None:
    ownership = Ownership()
    ownership.look([NODE], [member(beat("a", owned={"node:n": 3}))], 0.0)
    ownership.look([], [], 1.0)

    assert ownership.look([NODE], [], 2.0)[NODE] == ShardStanding(None, 0, None, 0.0)
