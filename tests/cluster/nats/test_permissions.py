"""A user of NATS with exactly the permissions that are documented is enough for everything."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from automaton.cluster.log.replicated_journal import ReplicatedJournals
from automaton.cluster.log.trail import TrailMessage, encode_rows
from automaton.cluster.names import Names
from automaton.cluster.nats.bucket import NatsBucket
from automaton.cluster.nats.connection import Access, NatsConnection
from automaton.cluster.nats.requests import Requests
from automaton.cluster.nats.stream import NatsStream
from automaton.cluster.nats.thread import NatsThread
from automaton.cluster.nats.trail_stream import TrailStream
from automaton.cluster.shard import FLEET
from automaton.cluster.stamp import Writer
from automaton.core.moment import Moment
from automaton.journal.entry import Entry, TrailRow
from automaton.pace.clock import SystemClock
from automaton.secret import Secret
from tests.cluster.nats.test_requests import answer, pieces_of
from tests.cluster.nats_servers import NatsServers, nats_servers

NAMES = Names("eu")


def allowed(subjects: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{subject}"' for subject in subjects) + "]"


USERS = f"""
    authorization {{ users: [ {{ user: automaton, password: pw, permissions: {{
        publish: {allowed(NAMES.may_publish)}, subscribe: {allowed(NAMES.may_subscribe)}
    }} }} ] }}
"""


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServers]:
    with nats_servers(tmp_path_factory.mktemp("nats"), 1, USERS) as one:
        yield one


def access(servers: NatsServers) -> Access:
    return Access(tuple(servers.urls), "automaton", Secret("pw"))


def test_they_are_enough_for_a_log_and_its_trail(servers: NatsServers) -> None:
    thread = NatsThread(access(servers), "tests")
    thread.wait(thread.connection.wait_until_up())
    trail = TrailStream(thread, NAMES, 1, keep=86_400.0, most_bytes=1 << 20)
    trail.make()
    stream = NatsStream(thread, NAMES, FLEET, 1)
    owner = ReplicatedJournals(
        stream, "fleet", Writer("m", "b", 1), SystemClock(), trail=trail.of(FLEET), snapshot_after=1
    )
    journal = owner.open().journal
    assert journal is not None
    row = TrailRow(1.0, "decision", detail="row")
    journal.append([Entry(0.0, "turn", {"a": b"1"}, (row,))], 0)
    while journal.tidy(Moment(0.0, 0.0)):
        pass
    assert stream.standing().first > 1
    assert [one.said.rows for one in trail.after(0, 64)] == [((1, row),)]
    assert owner.trail_fault == ""
    trail.of(FLEET).publish(encode_rows(TrailMessage(((9, row),))))
    assert owner.release()
    thread.close()


def test_they_are_enough_for_the_bucket_and_for_questions(servers: NatsServers) -> None:
    async def story() -> None:
        connection = NatsConnection(access(servers), "tests")
        running = asyncio.create_task(connection.run())
        await connection.wait_until_up()
        bucket = NatsBucket(connection, NAMES, 1)
        await bucket.make()
        assert await bucket.put("generation", b"1", 0) is not None
        assert [kept.value for kept in await bucket.changes(0)] == [b"1"]
        requests = Requests(connection, NAMES, "m1")
        await requests.serve(answer, pieces_of)
        assert await requests.ask("m1", b"3", 10.0) == b"xxx"
        async with requests.follow("m1", b"2") as pieces:
            assert [piece async for piece in pieces] == [b"0", b"1"]
        with pytest.raises(TimeoutError):
            await connection.request("others.subject", b"", 0.2)
        assert "may not publish to `others.subject`" in connection.denied("others.subject")
        running.cancel()
        await asyncio.wait([running])

    asyncio.run(story())
