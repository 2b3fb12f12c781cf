"""A page in memory before which somebody sits: a daemon that answers as told, a trail, and the fleet."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from automaton.web.pages.app import PageApp
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.live import LiveView
from automaton.web.pages.security.visitor import Visitor
from automaton.web.routes.changes import FleetChange, FleetRow
from automaton.web.routes.hold import HoldRow
from automaton.web.routes.incidents import IncidentRow
from tests.web.pages.trail_rows import ARENA, LOBBY, KeptTrail
from tests.web.pages.visiting import HTML, ORIGIN, PASSWORD, HandClock, csrf_in, settings

EVIL = "<script>alert(1)</script>"
FLEET = [
    FleetRow(uuid=LOBBY, id="aaaa", name="lobby", at=0.0, node="eu-1", tags=["prod"]),
    FleetRow(uuid=ARENA, id="bbbb", name=EVIL, at=0.0, node="eu-2"),
]
OPEN = IncidentRow(rule="oom", server=LOBBY, name="lobby", severity="critical", open_for=60.0)


@dataclass
class AnsweringDaemon:
    """Answers by path, 404 for what it does not know; notes who acted, on what, with what."""

    answers: Mapping[str, object]
    acts: list[tuple[str, str, object]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            body = json.loads(request.content) if request.content else None
            self.acts.append((request.url.path, request.headers.get("automaton-user", ""), body))
        if request.url.path not in self.answers:
            return httpx.Response(404, json={"problem": "there is no such thing"})
        return httpx.Response(200, json=self.answers[request.url.path], headers=self.headers)


@dataclass
class Desk:
    """`client` is signed in as `visitor`."""

    app: PageApp
    client: httpx.AsyncClient
    feed: FleetFeed
    daemon: AnsweringDaemon
    visitor: Visitor

    async def html(self, path: str, status: int = 200) -> str:
        """A page."""
        answer = await self.client.get(path, headers=HTML)
        assert answer.status_code == status, answer.text
        return answer.text

    async def act(self, path: str, on: str = "/logout", **fields: str) -> httpx.Response:
        """Sends a form as a browser does, with the token that stands on a page."""
        csrf = csrf_in(await self.html(on))
        return await self.client.post(path, data={"csrf": csrf, **fields}, headers={"origin": ORIGIN, **HTML})

    async def regions(self, path: str, query: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """What a live page sends."""
        found = self.app.streams._pages.find(path)
        assert found is not None
        return await found[0].regions(LiveView(found[1], query or {}, self.visitor))


@asynccontextmanager
async def sitting(
    answers: Mapping[str, object] | None = None,
    trail: KeptTrail | None = None,
    *,
    user: str = "anna",
    incidents: tuple[IncidentRow, ...] = (OPEN,),
    hold: HoldRow | None = None,
) -> AsyncIterator[Desk]:
    """Somebody before a page of this fleet."""
    daemon, clock = AnsweringDaemon(answers or {}), HandClock()
    control = ControlClient(httpx.MockTransport(daemon))
    feed = FleetFeed(control, clock)
    feed.take(FleetChange(servers=FLEET, incidents=list(incidents), hold=hold, whole=True))
    page = PageApp(settings(), control, feed, clock, trail=trail or KeptTrail())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(page.app), base_url=ORIGIN) as client:
        form = {"name": user, "password": PASSWORD}
        await client.post("/login", data=form, headers={"origin": ORIGIN, **HTML})
        yield Desk(page, client, feed, daemon, Visitor(user, settings().users[user].role))
    await control.aclose()
