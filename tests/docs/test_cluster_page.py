"""Three servers of NATS as docs/cluster.md has them: enough for members, and for nobody else."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError

from automaton.cluster.log.replicated_journal import ReplicatedJournals
from automaton.cluster.names import Names
from automaton.cluster.nats.bucket import NatsBucket
from automaton.cluster.nats.connection import Access, NatsConnection
from automaton.cluster.nats.heartbeats import Heartbeats
from automaton.cluster.nats.monitor import ServerFacts, server_facts
from automaton.cluster.nats.stream import NatsStream
from automaton.cluster.nats.thread import NatsThread
from automaton.cluster.shard import FLEET
from automaton.cluster.stamp import Writer
from automaton.journal.entry import Entry
from automaton.pace.clock import SystemClock
from automaton.pace.http_client import HttpClient
from automaton.settings.cluster import ClusterSettings
from tests.cluster.beats import beat
from tests.docs.page_servers import EACH, PLAIN, PageServers, servers

NAMES = Names(str(ClusterSettings.model_fields["name"].default))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServers]:
    with servers(tmp_path_factory.mktemp("page")) as found:
        yield found


def test_the_page_gives_the_user_what_members_need_and_nothing_more() -> None:
    def listed(what: str) -> list[str]:
        found = re.search(rf"{what}: \[([^\]]*)\]", PLAIN)
        return re.findall(r'"([^"]+)"', found[1]) if found else []

    assert listed("publish") == [*NAMES.may_publish]
    assert listed("subscribe") == [*NAMES.may_subscribe]


def a_member_works(access: Access) -> None:
    """A log of three copies, the bucket, and heartbeats."""
    thread = NatsThread(access, "tests")
    try:
        thread.wait(thread.connection.wait_until_up())
        stream = NatsStream(thread, NAMES, FLEET, len(EACH))
        journal = ReplicatedJournals(stream, "fleet", Writer("m", "b", 1), SystemClock()).open().journal
        assert journal is not None
        journal.append([Entry(0.0, "turn", {"a": b"1"}, ())], 0)
    finally:
        thread.close()
    asyncio.run(_shares_and_hears(access))


async def _shares_and_hears(access: Access) -> None:
    connection = NatsConnection(access, "tests")
    running = asyncio.create_task(connection.run())
    await connection.wait_until_up()
    bucket = NatsBucket(connection, NAMES, len(EACH))
    await bucket.make()
    heard = asyncio.Event()
    heartbeats = Heartbeats(connection, NAMES, lambda _one: heard.set())
    await heartbeats.listen()
    assert await bucket.put("generation", b"1", 0) is not None
    assert await heartbeats.say(beat("m"))
    await heard.wait()
    running.cancel()
    await asyncio.wait([running])


def test_the_one_that_leads_tells_whom_it_counts(plain: PageServers) -> None:
    async def ask() -> list[ServerFacts]:
        async with HttpClient(ssl.create_default_context()) as client:
            return [await server_facts(client, monitor) for monitor in plain.monitors]

    told = {facts.name: facts for facts in asyncio.run(ask())}

    (leads,) = (facts for facts in told.values() if facts.led)
    assert {facts.leader for facts in told.values()} == {leads.name}
    assert {leads.name, *leads.led} == {*told}


def test_three_servers_as_the_page_has_them_are_all_that_a_member_needs(plain: PageServers) -> None:
    a_member_works(plain.access(secure=False))


def test_they_let_nobody_in_without_the_password(plain: PageServers) -> None:
    async def comes_in() -> None:
        client = Client()
        try:
            await client.connect(
                f"nats://{plain.network}.1:4222", allow_reconnect=False, max_reconnect_attempts=0
            )
        finally:
            await client.close()

    with pytest.raises(NatsError, match="Authorization Violation"):
        asyncio.run(comes_in())


def test_with_the_lines_for_tls_they_are_the_same(tmp_path: Path) -> None:
    with servers(tmp_path, secure=True) as found:
        a_member_works(found.access(secure=True))
