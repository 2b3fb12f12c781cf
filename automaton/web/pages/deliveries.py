"""`/deliveries`: where messages go, what waits there and why, a test of a channel, and where one would go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automaton.natural_order import natural_order
from automaton.pace.clock import Clock
from automaton.web.pages.control_client import ControlClient, DaemonRefusedError, part
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.forms import acting_form
from automaton.web.pages.key_names import key_name
from automaton.web.pages.live import LivePage, LivePages, LiveView
from automaton.web.pages.page import Pages, back
from automaton.web.pages.recent import RecentAnswers
from automaton.web.pages.trail_port import TrailLine, TrailPort, TrailUnreadableError, TrailWanted
from automaton.web.routes.deliveries import DeliveryList, DeliveryRow, RouteList, UrlAnswers
from automaton.web.routes.rules import RuleList

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

SEVERITIES = ("info", "warning", "critical")
OF_LATE = 86_400.0  # seconds: a trail without messages is not read to its beginning
MOST_TOLD = 20  # messages of late on the page; the story of an incident has all of its own


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel with its targets, in the order of automaton.yml."""

    name: str
    targets: Sequence[DeliveryRow]


class DeliveriesPage:
    """All channels."""

    def __init__(
        self, pages: Pages, feed: FleetFeed, control: ControlClient, trail: TrailPort, clock: Clock
    ) -> None:
        self._pages = pages
        self._feed = feed
        self._control = control
        self._recent = RecentAnswers(control, clock)
        self._trail = trail
        self._clock = clock

    def routes(self, live: LivePages) -> list[Route]:
        """The routes that are answered here; `live` is told of those that change by themselves."""
        from starlette.routing import Route

        # Nothing of it is in the feed.
        live.add("/deliveries", LivePage(self.regions, wakes=lambda _view: False))
        return [
            Route("/deliveries", self.shown),
            Route("/deliveries/retry", self.retried, methods=["POST"]),
            Route("/deliveries/test", self.tested, methods=["POST"]),
        ]

    async def shown(self, request: Request) -> Response:
        """The page, with the answer to where a message would go if that is asked."""
        query = request.query_params
        rule, key = query.get("rule", ""), query.get("key", "")
        where, problem = await self._route(rule, key)
        rules = (await self._control.read("/v1/rules", RuleList)).rules
        rows = (await self._control.read("/v1/deliveries", DeliveryList)).deliveries
        servers = sorted(self._feed.servers.values(), key=lambda row: natural_order(row.name))
        late, trouble = await self._late()
        return self._pages.page(
            request, "deliveries.html", channels=channels_of(rows), now=self._clock.now().wall,
            late=late, trouble_of_trail=trouble, name_of=self._name, rules=rules, servers=servers,
            nodes=sorted({row.node for row in servers} - {""}), rule=rule, key=key, where=where,
            problem=problem, severities=SEVERITIES,
        )  # fmt: skip

    async def regions(self, view: LiveView) -> Mapping[str, str]:
        """What changes on it."""
        render, session = self._pages.renderer.part, view.visitor.session
        csrf = session.csrf if session is not None and view.visitor.may_act else ""
        rows = (await self._recent.read("/v1/deliveries", DeliveryList)).deliveries
        channels, (late, trouble) = channels_of(rows), await self._late()
        return {
            "channels": render(
                "deliveries_parts.html", "channels", channels, self._clock.now().wall, csrf, SEVERITIES
            ),
            "late": render("deliveries_parts.html", "late", late, trouble, self._name),
        }

    async def retried(self, request: Request) -> Response:
        """Has what waits at a target tried at once."""
        visitor, form = await acting_form(request)
        assert visitor.session is not None
        body = {"target": form["target"]}
        tried = await self._control.act("/v1/deliveries/retry", DeliveryList, visitor.name, body)
        names = ", ".join(one.target for one in tried.deliveries)
        visitor.session.note(f"What waits at {names} is tried now.")
        return back("/deliveries")

    async def tested(self, request: Request) -> Response:
        """Sends a message that says that it is a test."""
        visitor, form = await acting_form(request)
        assert visitor.session is not None
        path = f"/v1/channels/{part(form['channel'])}/test"
        answers = await self._control.act(path, UrlAnswers, visitor.name, {"severity": form["severity"]})
        for one in answers.answers:
            kind = {"sent": "done", "failed": "refused"}.get(one.result, "unknown")
            visitor.session.note(f"{one.target}, {one.severity}: {one.result}: {one.detail}", kind)
        return back("/deliveries")

    def _name(self, key: str) -> str:
        return key_name(key, self._feed.servers)

    async def _late(self) -> tuple[list[TrailLine], str]:
        """The latest messages, or why they cannot be told."""
        try:
            # To the minute: a live page asks the same again and again.
            since = (self._clock.now().wall - OF_LATE) // 60 * 60
            return await self._trail.rows(TrailWanted(kind="message", since=since, limit=MOST_TOLD)), ""
        except TrailUnreadableError as problem:
            return [], str(problem)

    async def _route(self, rule: str, key: str) -> tuple[RouteList | None, str]:
        if not rule or not key:
            return None, "Choose a rule and a server." if rule or key else ""
        try:
            return await self._control.read(f"/v1/rules/{part(rule)}/route", RouteList, {"key": key}), ""
        except DaemonRefusedError as problem:
            return None, str(problem)


def channels_of(rows: Sequence[DeliveryRow]) -> list[ChannelView]:
    """Channels, each with its targets; behind them what waits for it at shards of a cluster."""
    found: dict[str, list[DeliveryRow]] = {}
    for row in sorted(rows, key=lambda row: not row.rate):  # what waits elsewhere has none
        found.setdefault(row.channel, []).append(row)
    return [ChannelView(name, of) for name, of in found.items()]
