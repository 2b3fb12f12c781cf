"""`/status` and `/status.json`: for everybody, whether servers are up, and how long they were.

Law: nothing stands here that an operator did not write: names of servers at the Panel, of groups, and the
words of `web.status.incidents`. No name of a player, no line of a console, no rule, node or address.
Made once in a while for all who ask, so that a flood costs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from automaton.natural_order import natural_order
from automaton.pace.clock import Clock
from automaton.web.http_json import RequestRefused, write_json
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.page_settings import PageStatus
from automaton.web.pages.rendering import Renderer
from automaton.web.pages.uptime import DAY, HALF_HOUR, Standing, Uptime, UptimeBucket, share
from automaton.web.routes.changes import FleetRow

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

GOOD_FOR = 15.0  # seconds
SHORTEST_SEEN = 60.0  # seconds; a bar of less is drawn as not watched


class ServerStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A server. `state` is one of up, down, off, unwatched; shares of up among what was watched, 0 to 1."""

    name: str
    state: str
    uptime_24h: float | None
    uptime_30d: float | None


class GroupStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The servers of a group, by name."""

    name: str
    servers: list[ServerStatus]


class PublicIncident(msgspec.Struct, frozen=True, kw_only=True):
    """What operators say while an incident is open; `since` is the wall's time in seconds."""

    text: str
    since: float
    servers: list[str]


class PublicStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Everything. `stale`: the daemon is not heard, and nothing is known of now."""

    title: str
    at: float
    stale: bool
    incidents: list[PublicIncident]
    groups: list[GroupStatus]


class Bars(msgspec.Struct, frozen=True):
    """The bars of one server as words of the style sheet, the oldest first."""

    day: list[str]
    month: list[str]


class StatusPage:
    """The public page, where `web.status` is set; else there is none."""

    def __init__(
        self,
        renderer: Renderer,
        feed: FleetFeed,
        uptime: Uptime,
        settings: Callable[[], PageStatus | None],
        clock: Clock,
    ) -> None:
        self._renderer = renderer
        self._feed = feed
        self._uptime = uptime
        self._settings = settings
        self._clock = clock
        self._made: tuple[float, PageStatus, bytes, bytes] | None = None

    def routes(self) -> list[Route]:
        """The routes that are answered here."""
        from starlette.routing import Route

        return [Route("/status", self.shown), Route("/status.json", self.told)]

    async def shown(self, _request: Request) -> Response:
        """The page."""
        return self._answer(0, "text/html; charset=utf-8")

    async def told(self, _request: Request) -> Response:
        """The same for programs."""
        return self._answer(1, "application/json")

    def _answer(self, which: int, kind: str) -> Response:
        from starlette.responses import Response

        settings = self._settings()
        if settings is None:
            raise RequestRefused(404, "there is no such page")
        mono = self._clock.now().mono
        if self._made is None or mono - self._made[0] >= GOOD_FOR or self._made[1] is not settings:
            self._made = (mono, settings, *self._make(settings))
        return Response(
            self._made[2 + which],
            media_type=kind,
            headers={
                "Cache-Control": f"public, max-age={GOOD_FOR:.0f}",
                "Cross-Origin-Resource-Policy": "cross-origin",  # it is for everybody's pages
            },
        )

    def _make(self, settings: PageStatus) -> tuple[bytes, bytes]:
        now = self._clock.now().wall
        self._uptime.settle(now)
        groups = [(name, self._servers(name)) for name in settings.groups]
        status = PublicStatus(
            title=settings.title,
            at=now,
            stale=bool(self._feed.trouble),
            incidents=self._incidents(settings, now),
            groups=[
                GroupStatus(name=name, servers=[self._server(one, now) for one in rows])
                for name, rows in groups
            ],
        )
        bars = [[self._bars(one.uuid, now) for one in rows] for _, rows in groups]
        states = Counter(one.state for group in status.groups for one in group.servers)
        page = self._renderer.page("status.html", status=status, bars=bars, states=states)
        return page.encode(), write_json(status)

    def _servers(self, group: str) -> list[FleetRow]:
        rows = (
            row
            for row in self._feed.servers.values()
            if group in row.status_groups and self._uptime.knows(row.uuid)
        )
        return sorted(rows, key=lambda row: (natural_order(row.name), row.uuid))

    def _server(self, row: FleetRow, now: float) -> ServerStatus:
        return ServerStatus(
            name=row.name,
            state=self._uptime.standing(row.uuid).value,
            uptime_24h=_rounded(share(self._uptime.bars(row.uuid, HALF_HOUR, now))),
            uptime_30d=_rounded(share(self._uptime.bars(row.uuid, DAY, now))),
        )

    def _bars(self, server: str, now: float) -> Bars:
        return Bars(
            [shade(one) for one in self._uptime.bars(server, HALF_HOUR, now)],
            [shade(one) for one in self._uptime.bars(server, DAY, now)],
        )

    def _incidents(self, settings: PageStatus, now: float) -> list[PublicIncident]:
        """By what is said: one line, however many servers it concerns."""
        found: dict[str, tuple[float, list[str]]] = {}
        for one in self._feed.incidents:
            text = settings.incidents.get(one.rule)
            row = self._feed.servers.get(one.server.partition("/")[0])
            if text is None or (row is not None and not row.status_groups):
                continue
            since = self._feed.incidents_at - one.open_for
            first, names = found.setdefault(text, (since, []))
            found[text] = (min(first, since), names)
            if row is not None and row.name not in names:
                names.append(row.name)
        return [
            PublicIncident(text=text, since=round(min(since, now)), servers=sorted(names, key=natural_order))
            for text, (since, names) in found.items()
        ]


def shade(bucket: UptimeBucket) -> str:
    """How a stretch of time is drawn: by what was seen of it."""
    if bucket.up + bucket.down + bucket.off < SHORTEST_SEEN:
        return Standing.UNWATCHED.value
    if bucket.down < 1.0:
        return Standing.UP.value if bucket.up >= bucket.off else Standing.OFF.value
    return "partly" if bucket.up > 0 else Standing.DOWN.value


def _rounded(part: float | None) -> float | None:
    return None if part is None else round(part, 5)
