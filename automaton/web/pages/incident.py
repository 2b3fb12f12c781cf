"""`/incidents/show?rule=…&key=…&number=…`: one incident, and its story from the first sign to the end.

Without a number it is the latest of its rule and key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from automaton.core.key import Key
from automaton.web.http_json import RequestRefused
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.incident_history import PastIncident, opening
from automaton.web.pages.incident_rows import rows_of
from automaton.web.pages.incident_story import OPENED, StoryItem, story_of
from automaton.web.pages.key_names import glob_of, key_name, server_in
from automaton.web.pages.live import LivePage, LivePages, LiveView
from automaton.web.pages.page import Pages, back
from automaton.web.pages.trail_port import TrailLine, TrailPort, TrailUnreadableError, TrailWanted
from automaton.web.routes.incidents import IncidentRow

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


@dataclass(frozen=True, slots=True)
class IncidentView:
    """One incident as a page shows it. `open` is what the daemon says of it now, None for one that is over.

    `past` is what is written down of it, None where nothing is; `trouble` says why nothing can be read, and
    `glob` is what a person writes to silence it where it is.
    """

    rule: str
    key: str
    name: str
    server: str
    since: float | None
    open: IncidentRow | None
    past: PastIncident | None
    story: Sequence[StoryItem] = ()
    is_cut: bool = False
    trouble: str = ""
    acked_by: str = ""
    glob: str = ""

    @property
    def severity(self) -> str:
        """As the daemon has it, else as it was written down."""
        if self.open is not None:
            return self.open.severity
        return self.past.severity if self.past is not None else ""


class IncidentPage:
    """One incident."""

    def __init__(self, pages: Pages, feed: FleetFeed, trail: TrailPort) -> None:
        self._pages = pages
        self._feed = feed
        self._trail = trail

    def routes(self, live: LivePages) -> list[Route]:
        """The routes that are answered here; `live` is told of those that change by themselves."""
        from starlette.routing import Route

        live.add("/incidents/show", LivePage(self.regions, wakes=self._is_news))
        return [Route("/incidents/show", self.shown)]

    async def shown(self, request: Request) -> Response:
        """The page. Raises RequestRefused where there was no such incident.

        A message names no values of `by`: its link leads on to all incidents of the rule at that place.
        """
        one = await self._view(request.query_params)
        if one.open is None and one.past is None and not one.trouble:
            if await self._has_values(one.rule, one.key):
                return back(f"/incidents?{urlencode({'rule': one.rule, 'server': server_in(one.key)})}")
            raise RequestRefused(404, "there is no such incident, or it is too old to be kept")
        address = f"{request.url.path}?{request.url.query}"
        return self._pages.page(request, "incident.html", one=one, address=address)

    async def regions(self, view: LiveView) -> Mapping[str, str]:
        """What changes on it."""
        view.kept["at"] = self._feed.incidents_at
        one = await self._view(view.query)
        render = self._pages.renderer.part
        return {
            "summary": render("incident_parts.html", "summary", one),
            "story": render("incident_parts.html", "story", one),
        }

    async def _has_values(self, rule: str, key: str) -> bool:
        """Whether incidents of the rule opened there for values of `by`."""
        wanted = TrailWanted(rule=rule, server=server_in(key), verdicts=(OPENED,), limit=1)
        try:
            found = await self._trail.rows(wanted)
        except TrailUnreadableError:
            return False
        return bool(rule) and any(Key.read(one.key).home.text == key != one.key for one in found)

    def _is_news(self, view: LiveView) -> bool:
        return view.kept.get("at") != self._feed.incidents_at

    async def _view(self, query: Mapping[str, str]) -> IncidentView:
        rule, key, number = query.get("rule", ""), query.get("key", ""), query.get("number", "")
        wanted = int(number) if number.isdecimal() and len(number) < 19 else None
        now = next((one for one in self._feed.incidents if (one.rule, one.server) == (rule, key)), None)
        acked_by = ""
        past, story, is_cut, is_latest, trouble = None, list[StoryItem](), False, True, ""
        try:
            past = await opening(self._trail, rule, key, wanted)
            if past is not None:
                lines, is_cut = await rows_of(self._trail, past, self._feed.servers)
                story = story_of(lines)
                acked_by = acknowledger(lines)
                latest = past if wanted is None else await opening(self._trail, rule, key, None)
                is_latest = latest is None or latest.number == past.number
        except TrailUnreadableError as problem:
            trouble = str(problem)
        if past is not None and (past.ended is not None or not is_latest):
            now = None  # another one of this rule and key is open, if any
        since = past.at if past is not None else None
        if since is None and now is not None:
            since = round(self._feed.incidents_at - now.open_for)
        return IncidentView(
            rule, key, key_name(key, self._feed.servers), server_in(key), since, now, past, story, is_cut,
            trouble, acked_by, glob_of(key, self._feed.servers),
        )  # fmt: skip


def acknowledger(lines: Sequence[TrailLine]) -> str:
    """Who took note of it last, "" for nobody."""
    takers = [one for one in lines if one.kind == "operator" and one.detail.startswith("acknowledged")]
    return str(takers[-1].body.get("by", "")) if takers else ""
