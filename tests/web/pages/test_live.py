"""Streams of pages: what changed, when it changed, to whoever may see it, and never more than the latest."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from trio.testing import MockClock

from automaton.pace.clock import SteadyClock
from automaton.web.http_json import RequestRefused, refusal
from automaton.web.pages.control_client import DaemonSilentError
from automaton.web.pages.live import (
    ALIVE_EVERY,
    MOST_OF_ONE,
    MOST_STREAMS,
    LivePage,
    LivePages,
    LiveStreams,
    LiveView,
    event,
    open_of,
)
from automaton.web.pages.security.sessions import SignedIn
from automaton.web.pages.security.visitor import Visitor
from automaton.web.routes.changes import FleetChange
from tests.web.pages.fleet_world import feed_of, row

pytestmark = pytest.mark.anyio

ANNA = Visitor("anna", "operator")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Shown:
    """A page with one region; what it shows is set by hand."""

    def __init__(self) -> None:
        self.regions: dict[str, str] = {"a": "one"}
        self.views: list[LiveView] = []
        self.events: list[tuple[str, object]] = []
        self.problem: Exception | None = None

    async def __call__(self, view: LiveView) -> Mapping[str, str]:
        self.views.append(view)
        if self.problem is not None:
            raise self.problem
        return self.regions

    def take(self, _view: LiveView) -> list[tuple[str, object]]:
        taken, self.events = self.events, []
        return taken


class World:
    """Pages, their streams, and a feed."""

    def __init__(self, wakes: bool = True) -> None:
        self.shown, self.feed, pages = Shown(), feed_of(row("a")), LivePages()
        pages.add("/servers/{uuid}", LivePage(self.shown, self.shown.take, lambda _: wakes))
        self.streams = LiveStreams(pages, self.feed)

    @asynccontextmanager
    async def opened(self, visitor: Visitor = ANNA) -> AsyncIterator[Read]:
        """Events of a stream, patches and others, as they come."""
        request = Request(
            {
                "type": "http", "method": "GET", "path": "/live", "headers": [], "visitor": visitor,
                "query_string": b"page=/servers/u-1%3Fq%3D1&seen=m.1",
            }
        )  # fmt: skip
        answer = await self.streams.opened(request)
        body = answer.body_iterator  # type: ignore[attr-defined]
        try:
            yield Read(body)
        finally:
            await body.aclose()


class Read:
    """The events of a stream, one after the other."""

    def __init__(self, body: AsyncIterator[bytes]) -> None:
        self._body = body
        self._left: list[dict[str, object]] = []

    def __aiter__(self) -> Read:
        return self

    async def __anext__(self) -> dict[str, object]:
        while not self._left:
            for one in (await anext(self._body)).decode().split("\n\n"):
                lines = dict(line.split(": ", 1) for line in one.splitlines() if not line.startswith(":"))
                if lines:
                    self._left.append({lines["event"]: json.loads(lines["data"])})
        return self._left.pop(0)


async def test_a_stream_begins_with_everything_and_then_tells_what_differs() -> None:
    world = World()
    async with world.opened() as events:
        first = await anext(events)
        world.shown.regions = {"a": "one", "b": "two"}
        second = await anext(events)

    assert first == {"patch": {"a": "one", "trouble": "", "hold": "", "banner": "", "open-now": ""}}
    assert second == {"patch": {"b": "two"}}
    assert (world.shown.views[0].path, world.shown.views[0].query) == ({"uuid": "u-1"}, {"q": "1"})
    assert world.shown.views[0].seen == "m.1"


async def test_events_of_a_page_come_behind_its_patches() -> None:
    world = World()
    async with world.opened() as events:
        await anext(events)
        world.shown.events = [("rows", [1]), ("figures", {"a": "</script>\n\n"})]

        assert await anext(events) == {"rows": [1]}
        assert await anext(events) == {"figures": {"a": "</script>\n\n"}}


async def test_a_change_wakes_those_whom_it_concerns() -> None:
    for wakes in (True, False):
        world = World(wakes)
        async with world.opened() as events:
            await anext(events)
            world.shown.regions = {"a": "new"}
            begun = SteadyClock(0.0).now().mono
            world.feed.take(FleetChange(gone=["a"]))
            await anext(events)

        assert (SteadyClock(0.0).now().mono - begun < 0.1) is wakes


async def test_a_daemon_that_does_not_answer_is_told_and_the_page_stays() -> None:
    world = World()
    async with world.opened() as events:
        await anext(events)
        world.shown.problem = DaemonSilentError("it <is> gone")
        silent = await anext(events)

    assert silent == {"patch": {"trouble": "Not up to date: it &lt;is&gt; gone"}}


@pytest.mark.parametrize(
    ("count", "worst", "shown"),
    [
        (0, "", ""),
        (
            2,
            "critical",
            '<span class="count critical">2<span class="unseen"> open, the worst is critical</span></span>',
        ),
    ],
)
def test_how_much_is_open_stands_in_the_navigation_of_every_page(count: int, worst: str, shown: str) -> None:
    assert open_of(count, worst) == shown


async def test_a_stream_in_which_nothing_happens_gives_a_sign_of_life() -> None:
    world = World()
    request = Request(
        {"type": "http", "method": "GET", "path": "/live", "headers": [], "visitor": ANNA,
         "query_string": b"page=/servers/u"}
    )  # fmt: skip
    body = (await world.streams.opened(request)).body_iterator  # type: ignore[attr-defined]
    assert (await anext(body), (await anext(body))[:13]) == (b": here\n\n", b"event: patch\n")
    begun = SteadyClock(0.0).now().mono

    assert await anext(body) == b": still here\n\n"
    assert ALIVE_EVERY <= SteadyClock(0.0).now().mono - begun < 2 * ALIVE_EVERY
    await body.aclose()
    assert len(world.streams) == 0


async def test_the_end_of_all_is_told_to_each() -> None:
    world = World()
    async with world.opened() as events:
        await anext(events)
        world.streams.end()

        assert await anext(events) == {"end": {}}


async def test_a_stream_that_ends_with_its_session_says_so() -> None:
    world, session = World(), SignedIn("anna", "", 0.0)
    async with world.opened(Visitor("anna", "operator", session)) as events:
        await anext(events)
        session.end()

        assert await anext(events) == {"end": {"signed_out": "yes"}}


async def test_one_stream_too_many_of_a_person_ends_the_oldest() -> None:
    world = World()
    async with world.opened() as oldest:
        await anext(oldest)
        others = [world.opened() for _ in range(MOST_OF_ONE)]
        for other in others:
            await anext(await other.__aenter__())
        last = await anext(oldest)
        for other in others:
            await other.__aexit__(None, None, None)

    assert last == {"end": {}}


def asked(world: World) -> httpx.AsyncClient:
    """A browser whose answers are whole: for refusals."""
    app = Starlette(
        routes=[Route("/live", world.streams.opened)],
        exception_handlers={RequestRefused: refusal},
    )

    async def known(scope: Scope, receive: Receive, send: Send) -> None:
        scope["visitor"] = ANNA
        await app(scope, receive, send)

    made: ASGIApp = known
    return httpx.AsyncClient(transport=httpx.ASGITransport(made), base_url="http://page")


async def test_a_page_that_does_not_change_has_no_stream_and_one_can_ask_first() -> None:
    async with asked(World()) as client:
        nothing = await client.get("/live?page=/other")
        none = await client.get("/live?page=http://[")
        there = await client.head("/live?page=/servers/u")

    assert [nothing.status_code, none.status_code, there.status_code] == [404, 404, 200]


async def test_more_streams_than_can_be_served_are_refused_for_a_while() -> None:
    world = World()
    opened = []
    for number in range(MOST_STREAMS):
        one = world.opened(Visitor(f"p{number}", "viewer"))
        await anext(await one.__aenter__())
        opened.append(one)
    async with asked(world) as client:
        refused = await client.get("/live?page=/servers/u")
    for one in opened:
        await one.__aexit__(None, None, None)

    assert refused.status_code == 503
    assert len(world.streams) == 0


def test_an_event_is_one_line_whatever_it_holds() -> None:
    assert event("a", "x\n\r\u2028y") == b'event: a\ndata: "x\\n\\r\\u2028y"\n\n'
