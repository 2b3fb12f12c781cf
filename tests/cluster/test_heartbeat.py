"""Heartbeats as bytes."""

from __future__ import annotations

import pytest

from automaton.cluster.heartbeat import LARGEST_HEARTBEAT, Formats, decode, encode
from tests.cluster.beats import beat


def test_a_heartbeat_is_read_as_it_was_said() -> None:
    said = beat(
        "a",
        7,
        owned={"node:eu-1": 3, "fleet": 1},
        releasing={"node:eu-2": "b"},
        settling=1,
        waits={"node:eu-1": 40.5},
    )

    assert decode(encode(said)) == said


def test_what_a_newer_release_says_beside_is_passed_over() -> None:
    content = encode(beat("a", 7)).replace(b'{"member"', b'{"mood":"fine","member"', 1)

    assert decode(content) == beat("a", 7)


def test_a_release_that_did_not_say_who_waits_is_read() -> None:
    assert b'"waits":{}' in encode(beat("a", 7))
    assert decode(encode(beat("a", 7)).replace(b',"waits":{}', b"")) == beat("a", 7)


def test_a_member_with_very_many_nodes_is_heard_though_it_took_all_of_them_over_just_now() -> None:
    """Else the others would bury it: at a first start every node of a member waits."""
    nodes = [f"node:{number:032}" for number in range(9_000)]
    said = beat("a", 7, owned=dict.fromkeys(nodes, 1), waits=dict.fromkeys(nodes, 74.9))

    heard = decode(encode(said))

    assert (heard.owned, heard.waits) == (said.owned, {})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"member":"a"}',
        encode(beat("a")).replace(b'"cores":2', b'"cores":0'),
        encode(beat("x")).replace(b'"member":"x"', b'"member":""'),
        b" " * (LARGEST_HEARTBEAT + 1),
    ],
)
def test_what_is_no_heartbeat_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(ValueError, match="heartbeat"):
        decode(content)


def test_a_release_reads_logs_within_its_bounds() -> None:
    formats = Formats(reads_from=2, reads_to=3, writes=2)

    assert [formats.reads(written) for written in (1, 2, 3, 4)] == [False, True, True, False]
