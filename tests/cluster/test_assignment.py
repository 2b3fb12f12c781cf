"""Who should own what."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from automaton.cluster.assignment import assign
from automaton.cluster.shard import FLEET, Shard, ShardKind


def shards(count: int) -> list[Shard]:
    return [Shard(ShardKind.NODE, f"n{number}") for number in range(count)]


CORES = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 8), min_size=1)
OWNERS = st.dictionaries(
    st.sampled_from([*shards(20), FLEET, *(Shard(ShardKind.CHANNEL, name) for name in "xyz")]),
    st.sampled_from([None, *"abcdefg"]),
)


@given(CORES, OWNERS)
def test_every_shard_has_an_owner_and_every_owner_its_fair_part(
    cores: dict[str, int], owners: dict[Shard, str | None]
) -> None:
    assigned = assign(cores, owners, {})

    assert assigned.keys() == owners.keys()
    for kind in ShardKind:
        of_kind = [owner for shard, owner in assigned.items() if shard.kind is kind]
        for name, count in cores.items():
            fair = len(of_kind) * count / sum(cores.values())
            assert math.floor(fair + 1e-9) <= of_kind.count(name) <= math.ceil(fair - 1e-9)


@given(CORES, OWNERS)
def test_what_is_shared_out_fairly_stays_as_it_is(
    cores: dict[str, int], owners: dict[Shard, str | None]
) -> None:
    assigned = assign(cores, owners, {})

    assert assign(cores, assigned, {}) == assigned


@given(CORES, OWNERS, st.dictionaries(st.sampled_from(shards(20)), st.sampled_from("abcdefg")))
def test_a_pin_is_heeded_where_its_member_may_be_given_something(
    cores: dict[str, int], owners: dict[Shard, str | None], pins: dict[Shard, str]
) -> None:
    assigned = assign(cores, owners, pins)

    assert assigned.keys() == owners.keys()
    assert all(assigned[shard] == pins[shard] for shard in owners if pins.get(shard) in cores)


def test_the_loss_of_a_member_moves_what_it_had_and_nothing_else() -> None:
    three = assign({"a": 2, "b": 2, "c": 2}, dict.fromkeys(shards(12)), {})
    two = assign({"a": 2, "b": 2}, three, {})

    assert {shard for shard in two if two[shard] != three[shard]} == {
        shard for shard, owner in three.items() if owner == "c"
    }


def test_a_newcomer_is_given_its_fair_part_even_where_nobody_has_too_much() -> None:
    """Twelve on four are three each; a fifth gets two, though three are a fair part rounded up."""
    four = assign(dict.fromkeys("abcd", 2), dict.fromkeys(shards(12)), {})
    five = assign(dict.fromkeys("abcde", 2), four, {})

    assert sorted(list(five.values()).count(name) for name in "abcde") == [2, 2, 2, 3, 3]
    assert sum(five[shard] != four[shard] for shard in five) == 2


def test_what_a_member_cannot_take_goes_to_those_that_can() -> None:
    assigned = assign({"a": 2, "b": 2}, dict.fromkeys(shards(6)), {}, lambda member, _: member == "a")

    assert set(assigned.values()) == {"a"}
    assert assign({"a": 2}, dict.fromkeys(shards(6)), {}, lambda _member, _: False) == {}


def test_where_nobody_may_be_given_anything_nothing_is_assigned() -> None:
    assert assign({}, dict.fromkeys(shards(3), "a"), {}) == {}
