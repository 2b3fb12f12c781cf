"""`/`: every server at a glance, those in trouble first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.live import LivePages, LiveView
from automaton.web.pages.page import Pages
from automaton.web.routes.changes import FleetRow

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


class FleetPage:
    """The table of all servers."""

    def __init__(self, pages: Pages, feed: FleetFeed) -> None:
        self._pages = pages
        self._feed = feed

    def routes(self, live: LivePages) -> list[Route]:
        """The routes that are answered here; `live` is told of those that change by themselves."""
        from starlette.routing import Route

        live.add("/", self.regions)
        return [Route("/", self.shown)]

    async def shown(self, request: Request) -> Response:
        """The page."""
        return self._pages.page(request, "fleet.html", rows=self._rows(), open=self._open())

    async def regions(self, _view: LiveView) -> Mapping[str, str]:
        """What changes on it."""
        part = self._pages.renderer.part
        return {"fleet": part("fleet_parts.html", "table", self._rows(), self._open())}

    def _rows(self) -> list[FleetRow]:
        incidents = self._open()
        return sorted(
            self._feed.servers.values(),
            key=lambda row: (-incidents[row.uuid], row.link == "live", row.name.casefold(), row.uuid),
        )

    def _open(self) -> Counter[str]:
        return Counter(one.server.partition("/")[0] for one in self._feed.incidents)
