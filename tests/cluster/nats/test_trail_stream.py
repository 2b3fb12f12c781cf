"""The audit trail of a cluster, on a real server."""

from __future__ import annotations

from itertools import count

import pytest

from automaton.cluster.log.trail import TrailMessage, encode_rows
from automaton.cluster.names import Names
from automaton.cluster.nats.thread import NatsThread
from automaton.cluster.nats.trail_stream import TrailStream
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.journal.entry import TrailRow
from automaton.journal.trail import TrailQuery

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


def test_rows_of_all_shards_are_read_the_newest_first(trail: TrailStream) -> None:
    trail.of(NODE).publish(said((1, row(1)), (2, row(2))))
    trail.of(FLEET).publish(said((7, row(3, "fleet-down"))))

    page = trail.read(TrailQuery())

    assert [(kept.position, kept.row.detail) for kept in page.rows] == [
        (7, "row 3"),
        (2, "row 2"),
        (1, "row 1"),
    ]
    assert page.is_whole


def test_they_are_asked_for_by_rule_time_and_shard(trail: TrailStream) -> None:
    trail.of(NODE).publish(said((1, row(1)), (2, row(2))))
    trail.of(FLEET).publish(said((7, row(3, "fleet-down"))))

    assert [kept.row for kept in trail.read(TrailQuery(rule="fleet-down")).rows] == [row(3, "fleet-down")]
    assert [kept.row for kept in trail.read(TrailQuery(since=2.0, until=2.0)).rows] == [row(2)]
    assert [kept.row for kept in trail.read(TrailQuery(), NODE).rows] == [row(2), row(1)]
    assert trail.read(TrailQuery(server="u2")).rows == ()


def test_page_by_page_each_row_is_given_once(trail: TrailStream) -> None:
    for at in range(0, 30, 3):
        trail.of(NODE).publish(said(*((at + n, row(at + n)) for n in range(3))))
    found: list[float] = []
    before = None
    while True:
        page = trail.read(TrailQuery(limit=4, before=before))
        found += [kept.row.at for kept in page.rows]
        before = page.before
        if page.is_whole:
            break

    assert found == [float(at) for at in range(29, -1, -1)]


def test_a_new_owner_finds_how_far_its_predecessor_came(trail: TrailStream) -> None:
    assert trail.of(NODE).last() is None
    trail.of(NODE).publish(b"one")
    trail.of(NODE).publish(b"two")
    trail.of(FLEET).publish(b"three")

    assert trail.of(NODE).last() == b"two"
