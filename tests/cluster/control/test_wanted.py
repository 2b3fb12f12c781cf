"""Whom a request is about is read from its path, its key, its target or its own word."""

from __future__ import annotations

import pytest

from automaton.cluster.control.shards import KnownServer
from automaton.cluster.control.wanted import (
    channel_in,
    key_in,
    shard_named,
    shard_of_channel,
    shard_of_key,
    shard_of_server,
)
from automaton.cluster.shard import Shard, ShardKind
from automaton.web.http_json import RequestRefused
from tests.cluster.control.members import EU, FLEET, OPS, Cluster

ODD = Shard(ShardKind.NODE, "a/b c")


def shards() -> Cluster:
    return Cluster(
        owners={EU: "one", FLEET: None, OPS: "one", ODD: "one"},
        servers=[KnownServer(uuid="u1", id="1", name="lobby", node="eu-1")],
    )


@pytest.mark.parametrize(
    ("key", "shard"),
    [
        ("u1", EU),
        ("u1/Steve%2F", EU),
        ("node:eu-1/x", EU),
        ("node:a%2Fb%20c", ODD),
        ("node:gone", None),
        ("fleet", FLEET),
        ("fleet/Steve", FLEET),
        ("u2", None),
    ],
)
def test_a_key_is_of_the_shard_of_its_server_node_or_fleet(key: str, shard: Shard | None) -> None:
    member = shards().member("one", {})

    assert shard_of_key(member, key) == shard


def test_a_server_and_a_channel_are_found_or_refused() -> None:
    member = shards().member("one", {})

    assert (shard_of_server(member, "u1"), shard_of_channel(member, "ops")) == (EU, OPS)
    with pytest.raises(RequestRefused, match="takes the whole one"):
        shard_of_server(member, "lobby")
    with pytest.raises(RequestRefused, match="no such channel"):
        shard_of_channel(member, "")


def test_a_shard_is_named_by_its_text_and_has_to_have_an_engine() -> None:
    member = shards().member("one", {})

    assert shard_named(member, "node:a/b c") == ODD
    for text, status in (("", 400), ("channel:ops", 404), ("nonsense", 404)):
        with pytest.raises(RequestRefused) as caught:
            shard_named(member, text)
        assert caught.value.status == status


def test_bodies_say_whom_they_are_about_and_may_say_more() -> None:
    assert key_in(b'{"key":"fleet","for_real":true}') == "fleet"
    assert (channel_in(b'{"target":"ops/1"}'), channel_in(b"{}")) == ("ops", "")
    with pytest.raises(RequestRefused) as caught:
        key_in(b"no JSON")
    with pytest.raises(RequestRefused, match=r"the body is empty: a JSON object is expected here$"):
        key_in(b" ")
    assert caught.value.status == 400
