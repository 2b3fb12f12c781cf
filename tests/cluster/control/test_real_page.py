"""The page of a member, asked through its front: who owns what, as that member sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import msgspec
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from automaton.cluster.control.seen import OwnShard, Seen
from automaton.cluster.ownership import ShardStanding
from automaton.cluster.shard import Shard
from automaton.cluster.wishes import Wishes
from automaton.daemon.services.cluster import ClusterService
from automaton.web.http_json import json_of, route
from automaton.web.pages.api_operations import OPERATIONS
from automaton.web.pages.app import PageApp
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.node_owners import NodeOwners
from automaton.web.routes.changes import FleetChange
from tests.cluster.beats import beat, member
from tests.cluster.control.members import EU, FLEET, US, Cluster
from tests.web.pages.fleet_world import row
from tests.web.pages.visiting import HTML, ORIGIN, HandClock, settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def standing(owner: str | None, epoch: int) -> ShardStanding:
    return ShardStanding(owner=owner, epoch=epoch, written=1, unowned_for=0.0)


class Sight:
    """What the member sees, set by hand."""

    def __init__(self, seen: Seen) -> None:
        self.now = seen

    def seen(self) -> Seen:
        return self.now

    async def wish(self, change: Callable[[Wishes], Wishes]) -> str:
        return "nothing is wished in these tests"

    async def adopt(self, shard: Shard) -> str:
        return "nothing is adopted in these tests"


SEEN = Seen(
    name="hosting", me="one", living=[member(beat("one")), member(beat("two"))],
    standings={FLEET: standing("one", 2), EU: standing("one", 4), US: standing("two", 5)},
    own={FLEET: OwnShard(lease=9.5), EU: OwnShard(lease=8.5, servers=1, linked=1)},
)  # fmt: skip


def answered(path: str) -> Route:
    """Of what is told beside, the example of the API's description."""
    example = next(one.answer for one in OPERATIONS if one.path == path)

    async def answer(_: Request) -> Response:
        assert isinstance(example, msgspec.Struct)
        return json_of(example)

    return route(f"/v1{path}", answer)


class Visit:
    """Somebody who looks at the page of `one`; `look` has it ask who owns what."""

    def __init__(self, sight: Sight, client: httpx.AsyncClient, owners: NodeOwners) -> None:
        self.sight = sight
        self.look = owners.look
        self._client = client

    async def get(self, path: str) -> str:
        answer = await self._client.get(path, headers=HTML)
        assert answer.status_code == 200, answer.text
        return answer.text


@asynccontextmanager
async def visiting() -> AsyncIterator[Visit]:
    """A server on either node; the first is that of `one`."""
    sight, clock = Sight(SEEN), HandClock()
    process = [*ClusterService(sight).routes(), answered("/about"), answered("/metrics")]
    front = Cluster().member("one", {}, process).front
    control = ControlClient(httpx.ASGITransport(front.app))
    feed = FleetFeed(control, clock, is_shared=True)
    feed.take(FleetChange(servers=[row("lobby", node="eu-1"), row("arena", node="us-1")], whole=True))
    page = PageApp(settings(), control, feed, clock)
    transport = httpx.ASGITransport(page.app, client=("192.0.2.1", 4711))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        form = {"name": "anna", "password": "correct horse"}
        await client.post("/login", data=form, headers={"origin": ORIGIN, **HTML})
        yield Visit(sight, client, NodeOwners(control, feed.take_owners))
    await control.aclose()


async def test_each_server_stands_with_the_member_that_owns_its_node() -> None:
    async with visiting() as visit:
        await visit.look()
        both, of_two = await visit.get("/"), await visit.get("/?owner=two")

    assert 'title="epoch 4">one</span>' in both
    assert 'title="epoch 5">two</span>' in both
    assert "arena" in of_two
    assert "lobby" not in of_two


async def test_what_another_member_took_over_waits_and_what_nobody_owns_says_so() -> None:
    async with visiting() as visit:
        waits = member(beat("two", waits={"node:us-1": 60.5}))
        visit.sight.now = replace(
            SEEN, living=[SEEN.living[0], waits], standings={**SEEN.standings, EU: standing(None, 4)}
        )
        await visit.look()
        fleet, taken, unowned = [await visit.get(path) for path in ("/", "/servers/arena", "/servers/lobby")]

    assert "not acting yet" in fleet
    assert "nobody" in fleet
    assert "running at <time" in fleet
    assert "two took node us-1 over (epoch 5)" in taken
    assert "power and commands in 1m:" in taken
    assert "No member owns node eu-1 (its last epoch was 4): nobody has claimed it again yet" in unowned


async def test_about_has_the_members_and_their_shards() -> None:
    async with visiting() as visit:
        page = await visit.get("/about")

    assert "hosting, as one sees it" in page
    assert "8.5 s left" in page
    assert "node:eu-1 1/1" in page
    assert "answers" in page
