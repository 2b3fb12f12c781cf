"""Heartbeats over a real server."""

from __future__ import annotations

import asyncio

from automaton.cluster.heartbeat import Formats, Heartbeat
from automaton.cluster.names import Names
from automaton.cluster.nats.connection import Access, NatsConnection
from automaton.cluster.nats.heartbeats import Heartbeats
from tests.cluster.nats_servers import NatsServers

BEAT = Heartbeat(
    member="m1", boot="b", number=1, cores=2, formats=Formats(reads_from=1, reads_to=1, writes=1),
    generation=1, appends_work=True, wall=1.8e9, owned={"node:n": 3}, releasing={}, draining=False,
    version="0", started_ago=1.0,
)  # fmt: skip


def test_all_hear_what_one_says_itself_included_and_what_is_none_is_counted(server: NatsServers) -> None:
    async def run() -> None:
        heard = asyncio.Queue[Heartbeat]()
        connection = NatsConnection(Access(tuple(server.urls)), "tests")
        beats = Heartbeats(connection, Names("tests"), heard.put_nowait)
        await beats.listen()
        running = asyncio.create_task(connection.run())
        assert not await beats.say(BEAT)
        await connection.wait_until_up()
        await connection.publish(Names("tests").heartbeat, b"{}")
        assert await beats.say(BEAT)

        async with asyncio.timeout(10):
            assert await heard.get() == BEAT
        assert beats.unreadable == 1
        assert "no heartbeat" in beats.last_unreadable
        running.cancel()
        await asyncio.wait([running])

    asyncio.run(run())
