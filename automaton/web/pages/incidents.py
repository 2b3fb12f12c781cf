"""`/incidents`: what is open, worst and oldest first, and what was; taking note, and writing a note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from automaton.natural_order import natural_order
from automaton.pace.clock import Clock
from automaton.web.pages.acknowledgers import Acknowledgers
from automaton.web.pages.control_client import ControlClient, part
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.forms import acting_form
from automaton.web.pages.incident_history import HistoryPage, IncidentsWanted, PastIncident, find
from automaton.web.pages.key_names import glob_of, key_name, server_in, told_name
from automaton.web.pages.live import LivePage, LivePages, LiveView
from automaton.web.pages.page import Pages, back
from automaton.web.pages.trail_port import TrailPort, TrailUnreadableError
from automaton.web.routes.incidents import LONGEST_NOTE, IncidentList, IncidentRow, Noted

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

DAY = 86_400.0
STRETCHES: Mapping[str, float] = {"24h": DAY, "7d": 7 * DAY, "30d": 30 * DAY}
"""How far back one looks, by its word; any other is all that is kept."""

FILTERS = ("rule", "server", "severity", "since", "q")
SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """One that is open, since when (wall time), and who took note of it, "" where nobody knows.

    `glob` is what a person writes to silence it where it is.
    """

    row: IncidentRow
    since: float
    by: str = ""
    glob: str = ""

    @property
    def server(self) -> str:
        """The uuid of its server, "" for a node or the fleet."""
        return server_in(self.row.server)


@dataclass(frozen=True, slots=True)
class PastList:
    """A page of the past, or why there is none. `older` is the address of the next one, "" for none."""

    page: HistoryPage = field(default_factory=HistoryPage)
    trouble: str = ""
    older: str = ""
    is_filtered: bool = False


class IncidentsPage:
    """All incidents."""

    def __init__(
        self, pages: Pages, feed: FleetFeed, control: ControlClient, trail: TrailPort, clock: Clock
    ) -> None:
        self._pages = pages
        self._feed = feed
        self._control = control
        self._trail = trail
        self._clock = clock
        self._acknowledgers = Acknowledgers(trail, clock)

    def routes(self, live: LivePages) -> list[Route]:
        """The routes that are answered here; `live` is told of those that change by themselves."""
        from starlette.routing import Route

        live.add("/incidents", LivePage(self.regions, wakes=self._is_news))
        return [
            Route("/incidents", self.shown),
            Route("/incidents/ack", self.acknowledged, methods=["POST"]),
            Route("/incidents/note", self.noted, methods=["POST"]),
        ]

    async def shown(self, request: Request) -> Response:
        """The page."""
        query = dict(request.query_params)
        return self._pages.page(
            request, "incidents.html", open=await self._open(query), past=await self._past(query),
            wanted={name: query.get(name, "") for name in FILTERS}, name_of=self._name,
            stretches=STRETCHES, severities=SEVERITIES,
            rules=sorted({one.rule for one in self._feed.incidents} | ({query.get("rule", "")} - {""})),
            servers=sorted(self._feed.servers.values(), key=lambda row: natural_order(row.name)),
        )  # fmt: skip

    async def regions(self, view: LiveView) -> Mapping[str, str]:
        """What changes on it."""
        view.kept["at"] = self._feed.incidents_at
        render, session = self._pages.renderer.part, view.visitor.session
        csrf = session.csrf if session is not None and view.visitor.may_act else ""
        opened, past = await self._open(view.query), await self._past(view.query)
        return {
            "open": render("incidents_parts.html", "open_table", opened, csrf),
            "past": render("incidents_parts.html", "past_table", past, self._name),
        }

    async def acknowledged(self, request: Request) -> Response:
        """Takes note of one, in the name of whoever asks."""
        visitor, form = await acting_form(request)
        path = f"/v1/rules/{part(form['rule'])}/ack"
        meant = await self._control.act(path, IncidentList, visitor.name, {"key": form["key"]})
        assert visitor.session is not None
        if meant.incidents:
            names = ", ".join(
                f"{one.rule} on {told_name(one.name, one.server)}" for one in meant.incidents[:3]
            )
            visitor.session.note(f"You acknowledged {names}.")
        else:
            visitor.session.note("It is over by now: there was nothing to take note of.", "unknown")
        return back(form["next"] or "/incidents")

    async def noted(self, request: Request) -> Response:
        """Writes a person's sentence into the story of one."""
        visitor, form = await acting_form(request)
        assert visitor.session is not None
        text = form["text"].replace("\r\n", "\n").strip()
        if not text or len(text) > LONGEST_NOTE:
            visitor.session.note(f"A note has between 1 and {LONGEST_NOTE:,} characters.", "refused")
            return back(form["next"] or "/incidents")
        body = {"rule": form["rule"], "key": form["key"], "text": text}
        await self._control.act("/v1/incidents/note", Noted, visitor.name, body)
        visitor.session.note("Your note stands in the story.")
        return back(form["next"] or "/incidents")

    def _is_news(self, view: LiveView) -> bool:
        return view.kept.get("at") != self._feed.incidents_at

    def _name(self, key: str) -> str:
        return key_name(key, self._feed.servers)

    async def _open(self, query: Mapping[str, str]) -> list[OpenIncident]:
        """Those that fit, the worst first, then the oldest."""
        rows = [one for one in self._feed.incidents if _is_wanted(one, query)]
        at = self._feed.incidents_at
        takers = await self._takers() if any(one.acked for one in rows) else {}
        found = [
            OpenIncident(
                one,
                round(at - one.open_for),
                takers.get((one.rule, one.server), "") if one.acked else "",
                glob_of(one.server, self._feed.servers),
            )
            for one in rows
        ]
        return sorted(found, key=lambda one: (SEVERITIES.index(one.row.severity), one.since))

    async def _takers(self) -> Mapping[tuple[str, str], str]:
        try:
            return await self._acknowledgers.names()
        except TrailUnreadableError:
            return {}

    async def _past(self, query: Mapping[str, str]) -> PastList:
        back_to = STRETCHES.get(query.get("since", ""))
        before = query.get("before", "")
        wanted = IncidentsWanted(
            rule=query.get("rule", ""), server=query.get("server", ""), severity=query.get("severity", ""),
            text=query.get("q", ""), before=int(before) if before.isdecimal() and len(before) < 19 else None,
            # To the minute: a live page asks the same again and again.
            since=None if back_to is None else (self._clock.now().wall - back_to) // 60 * 60,
        )  # fmt: skip
        try:
            page = await find(self._trail, wanted, self._name)
        except TrailUnreadableError as problem:
            return PastList(trouble=str(problem))
        kept = {name: value for name, value in query.items() if value and name != "before"}
        older = f"/incidents?{urlencode({**kept, 'before': page.following})}" if page.following else ""
        return PastList(HistoryPage(self._over(page), page.following, page.looked_to), "", older, bool(kept))

    def _over(self, page: HistoryPage) -> list[PastIncident]:
        """Those that are not open any more: the latest of a rule and key may be."""
        is_open = {(one.rule, one.server) for one in self._feed.incidents}
        return [one for one in page.incidents if one.ended is not None or (one.rule, one.key) not in is_open]


def _is_wanted(one: IncidentRow, query: Mapping[str, str]) -> bool:
    text = query.get("q", "").strip().casefold()
    return (
        query.get("rule", "") in ("", one.rule)
        and query.get("server", "") in ("", one.server.partition("/")[0])
        and query.get("severity", "") in ("", one.severity)
        and any(text in part.casefold() for part in (one.rule, told_name(one.name, one.server)))
    )
