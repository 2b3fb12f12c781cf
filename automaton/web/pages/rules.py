"""`/rules`: every rule with what came of it, and how far it may go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from automaton.web.pages.live import LivePages, LiveView
from automaton.web.pages.page import Pages
from automaton.web.pages.rule_rows import RuleFilter, RuleRows, games_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

ARMS = ("live", "shadow", "off")


class RulesPage:
    """The table of all rules."""

    def __init__(self, pages: Pages, rows: RuleRows) -> None:
        self._pages = pages
        self._rows = rows

    def routes(self, live: LivePages) -> list[Route]:
        """The routes that are answered here; `live` is told of those that change by themselves."""
        from starlette.routing import Route

        live.add("/rules", self.regions)
        return [Route("/rules", self.shown)]

    async def shown(self, request: Request) -> Response:
        """The page."""
        found = await self._found(request.query_params)
        return self._pages.page(request, "rules.html", arms=ARMS, **found)

    async def regions(self, view: LiveView) -> Mapping[str, str]:
        """What changes on it."""
        found = await self._found(view.query)
        part = self._pages.renderer.part
        return {"rules": part("rules_parts.html", "table", found["rows"], found["total"])}

    async def _found(self, query: Mapping[str, str]) -> dict[str, Any]:
        wanted = RuleFilter(query.get("q", ""), query.get("arm", ""), query.get("game", ""))
        rows = await self._rows.all()
        return {
            "wanted": wanted, "rows": wanted.chosen(rows), "total": len(rows), "games": games_of(rows),
        }  # fmt: skip
