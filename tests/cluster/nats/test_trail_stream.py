"""The audit trail of a cluster, on a real server."""

from __future__ import annotations

from itertools import count

import pytest

from automaton.cluster.log.trail import TrailMessage, encode_rows
from automaton.cluster.names import Names, token_of
from automaton.cluster.nats.thread import NatsThread
from automaton.cluster.nats.trail_stream import TrailStream
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.journal.entry import TrailRow

NODE = Shard(ShardKind.NODE, "n1")
_NUMBERS = count()


def row(at: int, rule: str = "mem-high") -> TrailRow:
    return TrailRow(float(at), "decision", rule, server="u1", verdict="fired", detail=f"row {at}")


def said(*rows: tuple[int, TrailRow]) -> bytes:
    return encode_rows(TrailMessage(rows))


@pytest.fixture
def trail(thread: NatsThread) -> TrailStream:
    made = TrailStream(thread, Names(f"trail-{next(_NUMBERS)}"), 1, keep=86_400.0, most_bytes=1 << 30)
    made.make()
    made.make()
    return made


def test_messages_of_all_shards_are_read_in_order_behind_the_last_one(trail: TrailStream) -> None:
    trail.of(NODE).publish(said((1, row(1)), (2, row(2))))
    trail.of(FLEET).publish(said((7, row(3, "fleet-down"))))
    trail.of(NODE).publish(said((3, row(4))))

    first = trail.after(0, 2)
    rest = trail.after(first[-1].sequence, 64)

    assert [(one.token, [position for position, _ in one.said.rows]) for one in first] == [
        (token_of(NODE), [1, 2]),
        (token_of(FLEET), [7]),
    ]
    assert [one.said.rows for one in rest] == [((3, row(4)),)]
    assert trail.after(rest[-1].sequence, 64) == []


def test_one_that_ends_before_what_was_read_is_another_and_is_read_from_its_beginning(
    trail: TrailStream,
) -> None:
    trail.of(NODE).publish(said((1, row(1))))

    assert [one.said.rows for one in trail.after(400, 64)] == [((1, row(1)),)]


def test_one_that_was_made_anew_and_is_empty_has_nothing_behind_what_was_read(trail: TrailStream) -> None:
    assert trail.after(400, 64) == []


def test_a_new_owner_finds_how_far_its_predecessor_came(trail: TrailStream) -> None:
    assert trail.of(NODE).last() is None
    trail.of(NODE).publish(b"one")
    trail.of(NODE).publish(b"two")
    trail.of(FLEET).publish(b"three")

    assert trail.of(NODE).last() == b"two"
