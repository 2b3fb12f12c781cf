"""Names that NATS takes, whatever people call their nodes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.cluster.names import LONGEST_TOKEN, Names, token_of, word_of
from automaton.cluster.shard import FLEET, Shard, ShardKind

NAMES = Names("eu")
LOBBY = Shard(ShardKind.NODE, "eu-1")


def test_a_shard_has_a_stream_of_its_own_and_its_subjects_lie_in_it() -> None:
    assert NAMES.stream(LOBBY) == "automaton_eu_node-eu-1"
    assert NAMES.shard_subjects(LOBBY) == "automaton.eu.shard.node-eu-1.>"
    assert NAMES.log(LOBBY) == "automaton.eu.shard.node-eu-1.log"
    assert NAMES.piece(LOBBY, 3, 7) == "automaton.eu.shard.node-eu-1.snapshot.3.7"
    assert NAMES.tell(FLEET) == NAMES.tell_fleet


@pytest.mark.parametrize("name", ["", "eu 1", "eu.1", "eu_1", "*", "x" * 41, "ä"])
def test_a_cluster_whose_name_is_no_slug_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name of a cluster"):
        Names(name)


@given(st.text(min_size=1, max_size=80))
def test_any_name_of_a_node_becomes_a_word_that_nats_takes(name: str) -> None:
    token = token_of(Shard(ShardKind.NODE, name))

    assert re.fullmatch(r"[A-Za-z0-9_-]+", token)
    assert len(NAMES.stream(Shard(ShardKind.NODE, name))) < 255
    assert len(token) <= LONGEST_TOKEN


@given(st.text(min_size=1), st.text(min_size=1))
def test_two_members_share_no_word(one: str, other: str) -> None:
    assert (word_of(one) == word_of(other)) == (one == other)


def test_long_names_that_differ_at_their_end_only_stay_apart() -> None:
    assert word_of("x" * 200 + "a") != word_of("x" * 200 + "b")
