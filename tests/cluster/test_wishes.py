"""What people asked of the cluster."""

from __future__ import annotations

import pytest

from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.cluster.wishes import GONE_AFTER, Wishes, decode, encode

NODE = Shard(ShardKind.NODE, "n")


def test_wishes_are_added_and_taken_back_one_by_one() -> None:
    wishes = Wishes().drain("a").drain("b").undrain("a").move(NODE, "a").move(FLEET, "b").move(NODE, "c")

    assert wishes == Wishes(frozenset({"b"}), {"node:n": "c", "fleet": "b"})
    assert wishes.unpin(NODE).unpin(NODE).undrain("b") == Wishes(frozenset(), {"fleet": "b"})


def test_they_are_read_as_they_were_written() -> None:
    wishes = Wishes().drain("b").drain("a").move(NODE, "c")

    assert decode(encode(wishes)) == wishes
    assert encode(wishes) == encode(Wishes().move(NODE, "c").drain("a").drain("b"))
    assert decode(None) == Wishes()


@pytest.mark.parametrize("content", [b"", b"[]", b'{"draining":3}', b'{"pinned":{"fleet":1}}', b"\xff"])
def test_what_is_none_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(ValueError, match="asked of the cluster"):
        decode(content)


def test_what_is_pinned_to_a_member_is_free_once_that_is_gone_for_long() -> None:
    wishes = Wishes().move(NODE, "a").move(FLEET, "b")

    assert wishes.without_gone({"a": GONE_AFTER}) is wishes
    assert wishes.without_gone({"a": GONE_AFTER + 1, "x": 9999.0}) == Wishes().move(FLEET, "b")
