"""A page with one server, and a daemon in memory that answers of it: for the tests of that page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import msgspec

from automaton.web.action_result import ActionResult
from automaton.web.http_json import write_json
from automaton.web.pages.app import PageApp
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.trail_port import TrailCount, TrailLine, TrailWanted
from automaton.web.routes.changes import FleetChange, FleetRow
from automaton.web.routes.explain import ClockRow, ReasonRow, StepRow
from automaton.web.routes.incidents import IncidentRow
from automaton.web.routes.probe import ProbeResult
from automaton.web.routes.server_view import RunRow, ServerRuleRow, ServerView, ThresholdRow
from automaton.web.routes.servers import FactRow, ServerRow
from tests.web.pages.visiting import HTML, ORIGIN, HandClock, csrf_in, settings

UUID = "aaaaaaaa-0000-4000-8000-000000000001"
GIB = 1024**3
NAME = "<b>lobby</b>"
ROW = FleetRow(
    uuid=UUID, id="aaaaaaaa", name=NAME, at=1.0, node="node-1", panel="main", egg="Paper", pack="minecraft",
    tags=["prod"], link="live", state="running", cpu=42.0, memory=GIB, memory_limit=2 * GIB, disk=5,
    rx=0, tx=0, players=2, uptime=100.0,
)  # fmt: skip
STEP = StepRow(verb="wait", number=2, steps=3, waits="for its time", left=5.0, age=7.0)
RULE = ServerRuleRow(
    id="mem-high", by="server", arm="shadow", severity="warning", phase="open", key=UUID, hold_for=60.0,
    reasons=[ReasonRow(verdict="silenced", sentence="silenced: `nothing` is done")],
    clocks=[ClockRow(name="until", so_far=1.0, needed=10.0, left=9.0)],
    runs=[RunRow(key=UUID, step=STEP)],
    thresholds=[ThresholdRow(word="while", fact="memory_pct", how=">", limit=90.0)],
)  # fmt: skip
INCIDENT = IncidentRow(rule="mem-high", server=UUID, name=NAME, severity="warning", open_for=30.0)
VIEW = ServerView(
    server=ServerRow(
        uuid=UUID,
        id="aaaaaaaa",
        name=NAME,
        facts={"players": FactRow(value=None, text="unknown", why="why not")},
    ),
    players=["<i>Eve</i>"],
    incidents=[INCIDENT],
    open=1,
    rules=[RULE],
)


@dataclass
class Trail:
    """Gives the same rows to all who ask, the newest first."""

    lines: Sequence[TrailLine] = ()

    async def rows(self, wanted: TrailWanted) -> list[TrailLine]:
        kind, verdicts = wanted.kind, wanted.verdicts
        return [
            one
            for one in reversed(self.lines)
            if kind in (None, one.kind) and (not verdicts or one.verdict in verdicts)
        ]

    async def counts(self, _rule: str, _since: float, _width: float) -> list[TrailCount]:
        return []


@dataclass
class Daemon:
    """Notes what it was asked to do, and by whom; `view` None is one that does not answer."""

    view: ServerView | None = VIEW
    result: str = "done"
    probed: ProbeResult = field(
        default_factory=lambda: ProbeResult(result="answered", detail="it did", way="query", seconds=0.25)
    )
    lines: Sequence[msgspec.Struct] = ()
    asked: list[str] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        by = request.headers.get("automaton-user", "")
        if request.method == "POST":
            body = request.content.decode()
            self.asked.append(f"{request.url.path.rpartition('/')[2]} {body} by {by}")
        match request.url.path.rpartition("/")[2]:
            case "command" | "power":
                return _of(ActionResult(self.result, "as it said", "panel"))
            case "probe":
                return _of(self.probed)
            case "lines":
                return httpx.Response(
                    200, content=b"".join(write_json(one) + b"\n" for one in reversed(self.lines))
                )
        if self.view is None:
            raise httpx.ConnectError("nobody there")
        self.asked.append("view")
        return _of(self.view)


def _of(answer: msgspec.Struct) -> httpx.Response:
    return httpx.Response(200, content=write_json(answer))


@dataclass
class Visit:
    """Somebody who is signed in, and looks at the page."""

    page: PageApp
    client: httpx.AsyncClient
    clock: HandClock
    daemon: Daemon

    async def get(self, path: str = "", accept: str = "text/html") -> httpx.Response:
        return await self.client.get(f"/servers/{UUID}{path}", headers={"accept": accept})

    async def post(self, path: str, accept: str = "text/html", **fields: str) -> httpx.Response:
        csrf = csrf_in((await self.client.get("/logout", headers=HTML)).text)
        return await self.client.post(
            f"/servers/{UUID}{path}",
            data={"csrf": csrf, **fields},
            headers={"origin": ORIGIN, "accept": accept},
        )


@asynccontextmanager
async def looking(
    daemon: Daemon | None = None, *, user: str = "anna", trail: Sequence[TrailLine] = (), row: FleetRow = ROW
) -> AsyncIterator[Visit]:
    """Somebody looks at a page whose feed has told of one server."""
    asked, clock = daemon or Daemon(), HandClock()
    control = ControlClient(httpx.MockTransport(asked))
    feed = FleetFeed(control, clock)
    feed.take(FleetChange(servers=[row], incidents=[], whole=True))
    page = PageApp(settings(), control, feed, clock, trail=Trail(trail))
    transport = httpx.ASGITransport(page.app, client=("192.0.2.1", 4711))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        form = {"name": user, "password": "correct horse"}
        await client.post("/login", data=form, headers={"origin": ORIGIN, **HTML})
        yield Visit(page, client, clock, asked)
    await control.aclose()
