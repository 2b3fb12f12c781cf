"""The whole fleet is followed at any member, through losses and handovers of its shards."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import msgspec
import pytest
from trio.testing import MockClock

from automaton.cluster.control.feed import Feed
from automaton.cluster.control.reach import Reach
from automaton.pace.clock import SteadyClock
from automaton.web.control_api import ControlApi
from automaton.web.missing import MissingShard
from automaton.web.open_streams import OpenStreams
from automaton.web.routes import changes
from automaton.web.routes.changes import Figures, FleetChange, FleetRow
from automaton.web.routes.incidents import IncidentRow
from tests.cluster.control.members import EU, US, Cluster, Member

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Shard:
    """Tells of its servers, then of what is put, then gives signs of life."""

    def __init__(self, *servers: str) -> None:
        self.servers = servers
        self.more: list[FleetChange] = []

    async def changes(self) -> AsyncIterator[FleetChange]:
        yield FleetChange(servers=[FleetRow(uuid=one, id=one, name=one, at=0.0) for one in self.servers])
        yield FleetChange(
            incidents=[
                IncidentRow(rule="down", server=one, name=one, severity="info", open_for=1.0)
                for one in self.servers
            ],
            armed=[],
            whole=True,
        )
        while True:
            while self.more:
                yield self.more.pop(0)
            await anyio.sleep(1.0)
            yield FleetChange()


async def told(member: Member, seconds: float) -> list[FleetChange]:
    """What a reader is told in so many seconds."""
    feed = Feed(member, Reach(member), SteadyClock(0.0), OpenStreams())
    rows: list[FleetChange] = []
    with anyio.move_on_after(seconds):
        async with feed.changes() as pieces:
            async for piece in pieces:
                rows.append(msgspec.json.decode(piece, type=FleetChange))
    return rows


def pair() -> tuple[Cluster, Shard, Shard]:
    """One has eu-1 with `a`, two has us-1 with `b`."""
    cluster, eu, us = Cluster(), Shard("a"), Shard("b")
    cluster.member("one", {EU: changes.routes(eu)})
    cluster.member("two", {US: changes.routes(us)})
    return cluster, eu, us


async def test_a_reader_is_told_of_all_shards_wherever_they_are() -> None:
    cluster, eu, _ = pair()
    eu.more = [FleetChange(figures=[Figures(uuid="a", at=5.0, cpu=7.0)])]

    rows = await told(cluster.members["one"], 3.5)

    assert {row.uuid for change in rows for row in change.servers} == {"a", "b"}
    assert sum(change.whole for change in rows) == 1
    assert [one.cpu for change in rows for one in change.figures] == [7.0]
    lists = [change.incidents for change in rows if change.incidents is not None]
    assert [[one.server for one in rows] for rows in lists] == [["a", "b"]]


async def test_a_reader_has_a_sign_of_life_each_second_where_nothing_changes() -> None:
    cluster, _, _ = pair()

    rows = await told(cluster.members["one"], 10.5)

    assert rows[-5:] == [FleetChange()] * 5


async def test_a_member_that_does_not_answer_is_a_gap_with_a_name_until_it_does() -> None:
    cluster, _, _ = pair()
    cluster.silent.add("two")
    rows: list[FleetChange] = []

    async def read() -> None:
        rows.extend(await told(cluster.members["one"], 8.0))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        await anyio.sleep(4.0)
        cluster.silent.clear()

    gaps = [change.missing for change in rows if change.missing is not None]
    assert gaps == [[MissingShard("node:us-1", "nobody listens there")], []]
    assert {row.uuid for change in rows for row in change.servers} == {"a", "b"}


async def test_a_shard_that_changes_hands_is_followed_at_its_new_owner() -> None:
    cluster, _, _ = pair()
    rows: list[FleetChange] = []

    async def read() -> None:
        rows.extend(await told(cluster.members["one"], 8.0))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        await anyio.sleep(3.2)
        del cluster.members["two"].hosts[US]
        cluster.members["one"].hosts[US] = ControlApi(changes.routes(Shard("c")))
        cluster.owners[US] = "one"

    assert [uuid for change in rows for uuid in change.gone] == ["b"]
    assert {row.uuid for change in rows for row in change.servers} == {"a", "b", "c"}


async def test_a_node_that_is_none_any_more_takes_its_servers_along() -> None:
    cluster, _, _ = pair()
    rows: list[FleetChange] = []

    async def read() -> None:
        rows.extend(await told(cluster.members["one"], 6.0))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        await anyio.sleep(3.2)
        del cluster.owners[US]

    assert [uuid for change in rows for uuid in change.gone] == ["b"]


async def test_the_feed_ends_with_the_front() -> None:
    cluster, _, _ = pair()
    member = cluster.members["one"]
    texts: list[str] = []

    async def read() -> None:
        async with member.client() as client:
            texts.append((await client.get("/v1/changes")).text)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        await anyio.sleep(2.5)
        member.front.end()

    assert [text.endswith("\n{}\n") for text in texts] == [True]
