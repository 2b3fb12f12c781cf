"""Keys that all members share, on a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count

import pytest

from automaton.cluster.log.stream_port import NotSetUp
from automaton.cluster.names import Names
from automaton.cluster.nats.bucket import LARGEST_VALUE, KeptValue, NatsBucket
from automaton.cluster.nats.connection import Access, NatsConnection
from automaton.errors import Unreachable
from tests.cluster.nats_servers import NatsServers

_NUMBERS = count()


def told(server: NatsServers, story: Callable[[NatsBucket], Awaitable[None]], replicas: int = 1) -> None:
    async def run() -> None:
        connection = NatsConnection(Access(tuple(server.urls)), "tests")
        running = asyncio.create_task(connection.run())
        await connection.wait_until_up()
        async with asyncio.timeout(30):
            await story(NatsBucket(connection, Names(f"bucket-{next(_NUMBERS)}"), replicas))
        running.cancel()
        await asyncio.wait([running])

    asyncio.run(run())


def test_a_key_is_changed_by_whoever_knows_its_last_change(server: NatsServers) -> None:
    async def story(bucket: NatsBucket) -> None:
        await bucket.make()
        await bucket.make()
        assert await bucket.get("generation") is None
        first = await bucket.put("generation", b"1", 0)
        assert first == await bucket.get("generation")
        assert first is not None

        assert await bucket.put("generation", b"2", 0) is None
        second = await bucket.put("generation", b"2", first.revision)

        assert second is not None
        assert await bucket.get("generation") == KeptValue("generation", b"2", second.revision)

    told(server, story)


def test_of_many_who_change_a_key_at_once_each_builds_on_another(server: NatsServers) -> None:
    async def story(bucket: NatsBucket) -> None:
        await bucket.make()

        async def count_up(key: str) -> None:
            while True:
                found = await bucket.get(key)
                number = int(found.value) if found else 0
                if await bucket.put(key, b"%d" % (number + 1), found.revision if found else 0) is not None:
                    return

        await asyncio.gather(*(count_up("a") for _ in range(5)), *(count_up("b") for _ in range(3)))

        a, b = await bucket.get("a"), await bucket.get("b")
        assert (a and a.value, b and b.value) == (b"5", b"3")

    told(server, story)


def test_who_asks_is_told_the_last_change_of_each_key_behind_the_one_it_knows(server: NatsServers) -> None:
    async def story(bucket: NatsBucket) -> None:
        await bucket.make()
        first = await bucket.put("a", b"1", 0)
        assert first is not None
        drain = await bucket.put("orders.drain", b"m1", 0)
        second = await bucket.put("a", b"2", first.revision)

        assert await bucket.changes(0) == await bucket.changes(first.revision) == [drain, second]
        assert drain is not None
        assert await bucket.changes(drain.revision) == [second]

    told(server, story)


def test_a_value_without_a_bound_is_a_bug(server: NatsServers) -> None:
    async def story(bucket: NatsBucket) -> None:
        with pytest.raises(ValueError, match="more than"):
            await bucket.put("a", b"x" * (LARGEST_VALUE + 1), 0)

    told(server, story)


def test_more_replicas_than_servers_are_told_as_what_to_set_up(server: NatsServers) -> None:
    async def story(bucket: NatsBucket) -> None:
        with pytest.raises(NotSetUp, match="replicas"):
            await bucket.make()

    told(server, story, replicas=3)


def test_a_bucket_that_is_gone_is_out_of_reach_and_no_bug(server: NatsServers) -> None:
    async def story(bucket: NatsBucket) -> None:
        with pytest.raises(Unreachable, match="cannot be asked now"):
            await bucket.put("a", b"1", 0)
        with pytest.raises(Unreachable, match="cannot be read now"):
            await bucket.get("a")
        with pytest.raises(Unreachable, match="cannot be read now"):
            await bucket.changes(0)

    told(server, story)
