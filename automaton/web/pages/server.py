"""`/servers/{uuid}`: one server, seen and read: its state, charts, console, rules, runs and facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from automaton.pace.clock import Clock
from automaton.web.http_json import RequestRefused, json_of
from automaton.web.pages.consoles import Consoles
from automaton.web.pages.control_client import DaemonRefusedError, DaemonSilentError
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.history import SPANS, FleetHistory, Points
from automaton.web.pages.live import LivePage, LivePages, LiveView
from automaton.web.pages.page import Pages
from automaton.web.pages.server_charts import (
    DEEDS,
    STRETCHES,
    TRAIL_OF_STRETCHES,
    ChartContent,
    limits_of,
    lines_of,
    marks_of,
    sparkline,
    stretches_of,
)
from automaton.web.pages.server_past import PastLine, past_lines
from automaton.web.pages.server_views import ServerViews
from automaton.web.pages.trail_port import TrailLine, TrailPort, TrailUnreadableError, TrailWanted
from automaton.web.routes.changes import FleetRow
from automaton.web.routes.server_view import ServerView

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

MOST_PAST = 10  # lines of what happened lately
LOOKED_AT = 60  # rows of the trail of which they are made
MOST_MARKS = 1_000
"""Rows of the trail of each kind that charts look at: some hundred milliseconds in a thread."""
GOOD_FOR = 10.0  # seconds in which charts ask for the same stretch of the trail
CHARTS = (
    ("memory", "Memory", ("memory",)),
    ("cpu", "CPU", ("cpu",)),
    ("players", "Players", ("players",)),
    ("network", "Network", ("rx", "tx")),
    ("disk", "Disk", ("disk",)),
)
TABLE_ROWS = 12  # last values that are told as a table


class ServerPage:
    """The page of one server, what its charts show, and its console."""

    def __init__(
        self, pages: Pages, feed: FleetFeed, views: ServerViews, history: FleetHistory, consoles: Consoles,
        trail: TrailPort, clock: Clock,
    ) -> None:  # fmt: skip
        self._pages = pages
        self._feed = feed
        self._views = views
        self._history = history
        self._consoles = consoles
        self._trail = trail
        self._clock = clock

    def routes(self, live: LivePages) -> list[Route]:
        """The routes that are answered here; `live` is told of those that change by themselves."""
        from starlette.routing import Route

        live.add("/servers/{server}", LivePage(self.regions, wakes=self._is_news))
        return [
            Route("/servers/{server}", self.shown),
            Route("/servers/{server}/history", self.charted),
        ]

    async def shown(self, request: Request) -> Response:
        """The page; by a short id, the way to it."""
        from starlette.responses import RedirectResponse

        wanted = str(request.path_params["server"])
        row = find(self._feed, wanted)
        if row.uuid != wanted:
            return RedirectResponse(f"/servers/{quote(row.uuid, safe='')}", 303)
        span = request.query_params.get("span", "1h")
        span = span if span in SPANS else "1h"
        points = self._history.points(row.uuid, SPANS[span], self._clock.now())
        limits = limits_of(row)
        return self._pages.page(
            request, "server.html", **await self._content(row), span=span, spans=list(SPANS),
            since=self._history.since,
            charts=[_chart(points, limits, *one) for one in CHARTS],
            lines=self._consoles.rows(row.uuid),
        )  # fmt: skip

    async def regions(self, view: LiveView) -> Mapping[str, str]:
        """What changes on it."""
        part = self._pages.renderer.part
        row = view.kept["row"] = self._feed.servers.get(view.path["server"])
        if row is None:
            return {"server-head": part("server_parts.html", "gone")}
        content = await self._content(row)
        names = ("head", "tiles", "incidents", "runs", "rules", "players", "facts")
        return {f"server-{name}": part("server_parts.html", name, content) for name in names}

    def _is_news(self, view: LiveView) -> bool:
        """Whether this server changed: what happens at others is not looked at."""
        return view.kept.get("row") is not self._feed.servers.get(view.path["server"])

    async def charted(self, request: Request) -> Response:
        """What the charts show, as JSON."""
        row = find(self._feed, str(request.path_params["server"]))
        span = request.query_params.get("span", "1h")
        if span not in SPANS:
            raise RequestRefused(400, f"`span` is one of {', '.join(SPANS)}")
        now = self._clock.now()
        points = self._history.points(row.uuid, SPANS[span], now)
        limits = limits_of(row)
        view, _ = await self._view(row.uuid)
        past, why = await self._charted_past(row.uuid, now.wall - SPANS[span])
        return json_of(
            ChartContent(
                now=now.wall, begin=now.wall - SPANS[span], since=self._history.since,
                step=points.step, times=points.times, series=dict(points.series), limits=limits,
                lines=list(lines_of(view.rules, limits)) if view is not None else [],
                stretches=stretches_of(view, past[STRETCHES], now.wall),
                marks=[mark for kind in DEEDS for mark in marks_of(past[kind])], trouble=why,
            )
        )  # fmt: skip

    async def _charted_past(self, uuid: str, since: float) -> tuple[dict[str, list[TrailLine]], str]:
        """Rows of the trail for charts, the oldest first, and why there are not all."""
        since -= since % GOOD_FOR  # those who look together ask the same
        asked = {kind: TrailWanted(server=uuid, kind=kind, since=since, limit=MOST_MARKS) for kind in DEEDS}
        asked[STRETCHES] = TrailWanted(
            server=uuid, verdicts=TRAIL_OF_STRETCHES, since=since, limit=MOST_MARKS
        )
        found, trouble = {}, ""
        for name, wanted in asked.items():
            rows, why = await self._past(wanted)
            found[name] = rows[::-1]
            if len(rows) == MOST_MARKS:
                why = f"there is more than can be marked: the latest {MOST_MARKS} of each kind were looked at"
            trouble = trouble or why
        return found, trouble

    async def _content(self, row: FleetRow) -> dict[str, Any]:
        """What the page's macros show."""
        view, problem = await self._view(row.uuid)
        past, why = await self._past(TrailWanted(server=row.uuid, limit=LOOKED_AT))
        lately: list[PastLine] = past_lines(past)[:MOST_PAST]
        return {
            "row": row, "view": view, "problem": problem, "past": lately, "past_problem": why,
            "now": self._clock.now().wall, "rate": self._rates(row.uuid), "owner": self._feed.owner_of(row),
            "last": self._feed.told_last(row),
        }  # fmt: skip

    def _rates(self, uuid: str) -> tuple[float | None, float | None]:
        """The latest rates of the network, a slot late at the most."""
        points = self._history.points(uuid, 30.0, self._clock.now())
        rx, tx = ([one for one in points.series[name] if one is not None] for name in ("rx", "tx"))
        return (rx[-1] if rx else None), (tx[-1] if tx else None)

    async def _view(self, uuid: str) -> tuple[ServerView | None, str]:
        """What the daemon tells of it, or why it does not: the page shows the rest all the same."""
        try:
            return await self._views.view(uuid), ""
        except (DaemonSilentError, DaemonRefusedError) as problem:
            return None, str(problem)

    async def _past(self, wanted: TrailWanted) -> tuple[list[TrailLine], str]:
        try:
            return await self._trail.rows(wanted), ""
        except TrailUnreadableError as problem:
            return [], str(problem)


def find(feed: FleetFeed, wanted: str) -> FleetRow:
    """The server of a uuid, or of a short id that is one server's alone. Raises RequestRefused for none."""
    if (row := feed.servers.get(wanted)) is not None:
        return row
    found = [row for row in feed.servers.values() if row.id == wanted]
    if len(found) != 1:
        raise RequestRefused(404, "no such server is watched; it may have been deleted, or be listed no more")
    return found[0]


def _chart(
    points: Points, limits: Mapping[str, float], id_: str, title: str, names: tuple[str, ...]
) -> dict[str, Any]:
    """One chart as those have it who are without JavaScript."""
    return {
        "id": id_,
        "title": title,
        "series": names,
        "strokes": [stroke for name in names for stroke in sparkline(points, name, limits.get(id_))],
        "last": _last_values(points.times, [points.series[name] for name in names]),
    }


def _last_values(times: Any, series: list[Any]) -> list[tuple[float, list[float | None]]]:
    """The latest moments at which anything was seen, the newest first."""
    rows = [
        (at, [one[number] for one in series])
        for number, at in enumerate(times)
        if any(one[number] is not None for one in series)
    ]
    return rows[: -TABLE_ROWS - 1 : -1]
