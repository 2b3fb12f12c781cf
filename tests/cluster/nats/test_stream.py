"""A shard's log on a real server: what an append may end with, and what is read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from automaton.cluster.log.stream_port import Acked, NotSetUp, Refused, StreamRange, Unavailable, Unsure
from automaton.cluster.names import Names
from automaton.cluster.nats.connection import Access
from automaton.cluster.nats.stream import LARGEST_MESSAGE, NatsStream
from automaton.cluster.nats.thread import NatsThread
from automaton.cluster.shard import Shard, ShardKind
from automaton.errors import Unreachable
from automaton.secret import Secret
from tests.cluster.nats_servers import NatsServers, nats_servers

NAMES = Names("tests")
_NUMBERS = count()

MAY_NOT = """
    authorization { users: [
      { user: all, password: pw },
      { user: few, password: pw, permissions: { publish: { deny: "automaton.>" } } },
    ] }
"""


@pytest.fixture
def stream(thread: NatsThread) -> NatsStream:
    made = NatsStream(thread, NAMES, Shard(ShardKind.NODE, f"node {next(_NUMBERS)}"), replicas=1)
    assert made.standing() == StreamRange(1, 0)
    return made


def test_an_append_behind_the_last_message_stands_and_any_other_is_refused(stream: NatsStream) -> None:
    assert stream.append(b"one", 0) == Acked(1)
    assert stream.append(b"two", 1) == Acked(2)

    assert stream.append(b"stale", 1) == Refused(2)
    assert stream.append(b"from another log", 7) == Refused(2)
    assert [(one.sequence, one.body) for one in stream.read(0, 2)] == [(1, b"one"), (2, b"two")]


def test_pieces_of_a_snapshot_stand_in_the_same_order(stream: NatsStream) -> None:
    stream.append(b"one", 0)
    stream.append(b"piece", 1, (3, 1))

    assert stream.append(b"two", 2) == Acked(3)
    assert [one.body for one in stream.read(1, 3)] == [b"piece", b"two"]


def test_what_is_trimmed_is_gone_and_numbers_go_on(stream: NatsStream) -> None:
    for number in range(5):
        stream.append(b"%d" % number, number)

    stream.trim(3)

    assert stream.standing() == StreamRange(4, 5)
    assert stream.append(b"5", 5) == Acked(6)
    stream.trim(6)
    assert stream.standing() == StreamRange(7, 6)


def test_many_messages_are_read_in_order_and_whole(stream: NatsStream) -> None:
    bodies = [b"%d" % number * number for number in range(150)]
    for number, body in enumerate(bodies):
        stream.append(body, number)

    assert [one.body for one in stream.read(0, 150)] == bodies
    assert stream.read(150, 150) == []


def test_what_is_not_there_cannot_be_read(stream: NatsStream) -> None:
    with pytest.raises(Unreachable):
        stream.read(0, 1)


def test_a_message_of_more_than_the_servers_take_is_not_sent(stream: NatsStream) -> None:
    answer = stream.append(b"x" * (LARGEST_MESSAGE + 1), 0)

    assert isinstance(answer, Unavailable)
    assert "max_payload" in answer.reason
    assert stream.standing() == StreamRange(1, 0)


def test_a_stream_that_is_not_there_takes_nothing(thread: NatsThread) -> None:
    nowhere = NatsStream(thread, NAMES, Shard(ShardKind.NODE, "nowhere"), replicas=1)

    assert isinstance(nowhere.append(b"one", 0), Unavailable)


def test_more_replicas_than_servers_are_a_fault_of_the_setting(thread: NatsThread) -> None:
    with pytest.raises(NotSetUp, match="3 replicas"):
        NatsStream(thread, NAMES, Shard(ShardKind.NODE, "three"), replicas=3).standing()


def test_a_server_that_is_stopped_leaves_an_append_unsure_and_one_that_is_gone_takes_none(
    server: NatsServers, stream: NatsStream, thread: NatsThread
) -> None:
    stream.append(b"one", 0)
    server.each[0].pause()
    assert isinstance(stream.append(b"two", 1), Unsure)
    with pytest.raises(Unreachable):
        stream.standing()
    server.each[0].kill()
    while thread.connection.is_up:
        pass
    answer = stream.append(b"three", 1)
    assert isinstance(answer, Unavailable)
    assert "out of reach" in answer.reason

    server.start()
    thread.wait(thread.connection.wait_until_up())

    last = stream.standing().last
    assert stream.append(b"three", last) == Acked(last + 1)


@pytest.fixture
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsThread]:
    with nats_servers(tmp_path_factory.mktemp("nats"), 1, MAY_NOT) as servers:
        thread = NatsThread(Access(tuple(servers.urls), "few", Secret("pw")), "few")
        thread.wait(thread.connection.wait_until_up())
        yield thread
        thread.close()


def test_what_the_user_may_not_do_is_told_as_what_to_change(few: NatsThread) -> None:
    stream = NatsStream(few, NAMES, Shard(ShardKind.NODE, "n"), replicas=1)
    stream.standing()

    answer = stream.append(b"one", 0)

    assert isinstance(answer, Unsure)
    assert answer.reason == (
        "the user of `cluster.credentials` may not publish to `automaton.tests.shard.node-n.log`: "
        "give it that permission in the configuration of the NATS servers"
    )


def test_a_log_that_is_gone_cannot_be_trimmed_and_is_out_of_reach(thread: NatsThread) -> None:
    gone = NatsStream(thread, NAMES, Shard(ShardKind.NODE, "gone"), replicas=1)

    with pytest.raises(Unreachable, match="cannot be trimmed now"):
        gone.trim(1)
