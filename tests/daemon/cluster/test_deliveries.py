"""Deliveries of a cluster: what waits in boxes is shown beside the targets, and where a message would go."""

from __future__ import annotations

from pathlib import Path
from random import Random

import httpx
import pytest
from starlette.applications import Starlette
from trio.testing import MockClock

from automaton.cluster.messages.handed import Answer, Batch
from automaton.cluster.shard import Shard
from automaton.core.calls import SendMessage
from automaton.daemon.channels import channels_of
from automaton.daemon.cluster.channel_host import ChannelHost, ChannelWorld
from automaton.daemon.cluster.deliveries import BoxedDeliveries, routes_of_channel
from automaton.daemon.cluster.outgoing_messages import OutgoingMessages
from automaton.daemon.person_acts import PersonActs
from automaton.delivery.message import Message
from automaton.delivery.notifier import Surroundings
from automaton.delivery.surroundings import NoLabels
from automaton.secret import Secret
from tests.daemon.asking import LOBBY, asking
from tests.daemon.cluster.shards import Disk, DiskWriter

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Nobody:
    """Owns no channel, and sends nothing."""

    async def offer(self, channel: Shard, batch: Batch, /) -> Answer | None:
        return None

    async def send(self, url: Secret, message: Message, /) -> None:
        raise AssertionError("nothing is sent")


async def test_a_shard_shows_boxes_in_which_something_waits_and_where_messages_would_go(
    tmp_path: Path,
) -> None:
    nobody = Nobody()
    async with asking(tmp_path) as (_, daemon):
        active, clock = daemon.active, daemon.clock
        post = OutgoingMessages(
            "node:eu-1", channels_of(active.settings), Surroundings(), nobody, clock, Random(1)
        )
        acts = PersonActs(lambda row: True, clock)
        boxed = BoxedDeliveries("node:eu-1", active, post, NoLabels().find, clock, nobody, acts)
        empty = boxed.deliveries().deliveries
        post.hand_over(SendMessage(server=LOBBY, channel="ops", text="down"))
        rows = boxed.deliveries().deliveries
        tried, unknown = boxed.retry("ops", "uid 0"), boxed.retry("opps", "uid 0")
        found = boxed.route("down", LOBBY)
        tested = await boxed.test("ops", "", "uid 0")

    assert empty == []
    assert [(one.target, one.channel, one.waiting, one.oldest) for one in rows] == [
        ("ops from node:eu-1", "ops", 1, 0.0)
    ]
    assert (tried is not None and tried.deliveries, unknown, tested) == (rows, None, None)
    assert found is not None
    assert {one.target for one in found.routes} <= {"ops/1", "oncall/1"}
    assert len(boxed.routes()) == 4


async def test_the_owner_of_a_channel_shows_its_targets(tmp_path: Path) -> None:
    nobody = Nobody()
    async with asking(tmp_path) as (_, daemon):
        channel = channels_of(daemon.active.settings)["ops"]
        world = ChannelWorld(clock=daemon.clock, chance=Random(1), sender=nobody)
        host = ChannelHost(channel, world, DiskWriter(Disk()), {})
        routes = routes_of_channel(host, daemon.active, daemon.clock, nobody)

    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://owner") as client:
        rows = (await client.get("/v1/deliveries")).json()["deliveries"]
    assert [row["target"] for row in rows] == ["ops/1"]
