"""Shards by their names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.cluster.shard import FLEET, Shard, ShardKind

NAMED = st.sampled_from([ShardKind.NODE, ShardKind.CHANNEL])


def test_a_shard_is_written_as_people_write_it_and_read_again() -> None:
    for shard in (FLEET, Shard(ShardKind.NODE, "eu-1"), Shard(ShardKind.CHANNEL, "staff")):
        assert Shard.read(shard.text) == shard
    assert Shard.read("node:a:b").of == "a:b"


@pytest.mark.parametrize("text", ["", "node", "node:", "fleet:x", "fleet:", "server:x", "channel"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"shard|ShardKind"):
        Shard.read(text)


@given(NAMED, st.text(min_size=1), NAMED, st.text(min_size=1))
def test_tokens_are_words_of_a_subject_and_no_two_shards_share_one(
    kind: ShardKind, of: str, other_kind: ShardKind, other: str
) -> None:
    one, two = Shard(kind, of), Shard(other_kind, other)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", one.token)
    assert (one.token == two.token) == (one == two)
