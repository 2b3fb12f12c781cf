"""A stream of one shard is passed on as it comes, and ends with a record of its own where it breaks off."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import pytest
from starlette.requests import Request
from starlette.responses import Response
from trio.testing import MockClock

from automaton.cluster.control.shards import KnownServer
from automaton.web.http_json import route, stream_of
from automaton.web.routes import console, lines
from automaton.web.routes.console import ConsoleRecord
from automaton.web.routes.lines import LineRow
from tests.cluster.control.members import EU, FLEET, US, Cluster

pytestmark = pytest.mark.anyio

ARENA = KnownServer(uuid="u-arena", id="2", name="arena", node="us-1")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Talker:
    """A server that says two lines."""

    def knows(self, server: str) -> bool:
        return server == ARENA.uuid

    async def console(self, server: str, *, follow: bool) -> AsyncIterator[ConsoleRecord]:
        yield ConsoleRecord(line=f"one of {server}")
        yield ConsoleRecord(end="" if not follow else "asked to follow")

    async def lines(self, server: str) -> AsyncIterator[LineRow]:
        yield LineRow(text="one")
        yield LineRow(text="two")


async def recorded(request: Request) -> Response:
    async def rows() -> AsyncIterator[bytes]:
        yield f"recorded for {request.query_params['for']}\n".encode()

    return stream_of(rows())


def cluster() -> Cluster:
    """Two owns us-1 and the fleet; one asks."""
    made, talker = Cluster(servers=[ARENA]), Talker()
    made.member("one", {})
    routes = [*console.routes(talker), *lines.routes(talker), route("/v1/recording", recorded)]
    made.member("two", {US: routes, FLEET: [route("/v1/recording", recorded)]})
    return made


async def read(made: Cluster, path: str, member: str = "one") -> tuple[int, str]:
    async with made.members[member].client() as client:
        answer = await client.get(path)
    return answer.status_code, answer.text


async def test_a_console_is_the_same_here_and_at_another_member() -> None:
    answers = [
        await read(cluster(), "/v1/servers/u-arena/console?follow=1", member) for member in ("one", "two")
    ]

    assert answers[0] == answers[1]
    assert answers[0] == (200, '{"line":"one of u-arena"}\n{"end":"asked to follow"}\n')


async def test_a_refusal_of_the_owner_is_told_as_it_is() -> None:
    status, text = await read(cluster(), "/v1/servers/u-arena/lines")

    assert (status, "ask with `?follow=1`" in text) == (400, True)


async def test_a_stream_whose_owner_is_lost_ends_with_why() -> None:
    made = cluster()
    made.cut["two"] = anyio.Event()
    made.cut["two"].set()

    _, text = await read(made, "/v1/servers/u-arena/lines?follow=1")

    assert text == '{"text":"one"}\n{"end":"the owner of node:us-1 is lost: the connection broke"}\n'


async def test_a_stream_of_a_silent_owner_is_503() -> None:
    made = cluster()
    made.silent.add("two")

    assert await read(made, "/v1/servers/u-arena/console") == (503, '{"problem":"nobody listens there"}')


async def test_a_stream_of_what_nobody_owns_is_503() -> None:
    made = cluster()
    made.owners[US] = None

    status, text = await read(made, "/v1/servers/u-arena/console")

    assert (status, "no member owns it now" in text) == (503, True)


async def test_one_engine_is_recorded_and_has_to_be_named() -> None:
    made = cluster()
    made.owners[EU] = "one"

    assert await read(made, "/v1/recording?shard=fleet&for=5") == (200, "recorded for 5\n")
    assert (await read(made, "/v1/recording?for=5"))[0] == 400
    assert (await read(made, "/v1/recording?shard=node:other&for=5"))[0] == 404
