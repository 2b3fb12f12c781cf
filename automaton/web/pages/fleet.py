"""`/`: every server at a glance, those in trouble first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automaton.natural_order import natural_order
from automaton.web.pages.fleet_choice import FleetChoice
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.fleet_glance import SEVERITIES, STATES, Glance
from automaton.web.pages.fleet_rows import FleetRows
from automaton.web.pages.fleet_stream import FleetStream
from automaton.web.pages.live import LivePage, LivePages, LiveView
from automaton.web.pages.page import Pages

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

MANY = 200  # rows; figures of more are told half as often
FIGURES_EVERY, FIGURES_OF_MANY_EVERY = 1.0, 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that filters when it is clicked, and again no more."""

    label: str
    value: int
    kind: str
    link: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class FleetNumbers:
    """The whole fleet in numbers; `elsewhere` are incidents of nodes and of the fleet as a whole."""

    tiles: list[Tile]
    servers: int
    shown: int
    players: int
    elsewhere: int


class FleetPage:
    """The table of all servers."""

    def __init__(self, pages: Pages, feed: FleetFeed) -> None:
        self._pages = pages
        self._feed = feed
        self._rows = FleetRows(pages.renderer, feed)

    def routes(self, live: LivePages) -> list[Route]:
        """The routes that are answered here; `live` is told of those that change by themselves."""
        from starlette.routing import Route

        live.add("/", LivePage(self.regions, self.events, self._wakes, self._every))
        return [Route("/", self.shown)]

    async def shown(self, request: Request) -> Response:
        """The page."""
        choice, rows = FleetChoice.read(request.query_params), self._rows
        servers = choice.ordered(rows.servers.values())
        return self._pages.page(
            request,
            "fleet.html",
            choice=choice,
            numbers=self._numbers(choice, len(servers)),
            options=self._options(),
            seen=f"{rows.mark}.{rows.version}",
            rows=[rows.html(one) for one in servers],
            is_whole=self._feed.is_whole,
            is_shared=self._feed.is_shared,
        )

    async def regions(self, view: LiveView) -> Mapping[str, str]:
        """What changes on it beside the rows."""
        part, stream = self._pages.renderer.part, self._stream(view)
        stream.look()
        numbers = self._numbers(stream.choice, len(stream))
        return {
            "tiles": part("fleet_parts.html", "tiles", numbers),
            "count": part("fleet_parts.html", "count", numbers),
            "nothing": part("fleet_parts.html", "nothing", numbers, stream.choice, self._feed.is_whole),
        }

    def events(self, view: LiveView) -> Iterable[tuple[str, object]]:
        """The rows that changed, and figures."""
        return self._stream(view).take()

    def _stream(self, view: LiveView) -> FleetStream:
        kept = view.kept.get("stream")
        if not isinstance(kept, FleetStream):
            kept = view.kept["stream"] = FleetStream(self._rows, FleetChoice.read(view.query), view.seen)
        return kept

    def _wakes(self, view: LiveView) -> bool:
        return self._stream(view).is_behind

    def _every(self, view: LiveView) -> float:
        return FIGURES_OF_MANY_EVERY if len(self._stream(view)) > MANY else FIGURES_EVERY

    def _numbers(self, choice: FleetChoice, shown: int) -> FleetNumbers:
        servers = self._rows.servers.values()
        states = Counter(one.state for one in servers)
        severities = Counter(one.severity for one in self._feed.incidents)
        at_servers = sum(one.open.count for one in servers)
        return FleetNumbers(
            tiles=[
                *(_state_tile(choice, state, states[state]) for state in STATES if states[state]),
                *(
                    _incident_tile(choice, severity, severities[severity])
                    for severity in SEVERITIES
                    if severities[severity]
                ),
                *_held_tile(choice, servers),
            ],
            servers=len(servers),
            shown=shown,
            players=sum(one.row.players or 0 for one in servers),
            elsewhere=len(self._feed.incidents) - at_servers,
        )

    def _options(self) -> dict[str, list[str]]:
        """What there is to choose of; a single one is no choice."""
        servers = self._rows.servers.values()
        rows = [one.row for one in servers]
        found = {
            "group": {group for row in rows for group in row.status_groups},
            "tag": {tag for row in rows for tag in row.tags},
            "node": {row.node for row in rows},
            "owner": {one.owner.member for one in servers if one.owner is not None},
            "game": {row.pack or row.egg for row in rows},
            "panel": {row.panel for row in rows},
        }
        least = {"group": 1, "tag": 1}
        return {
            name: sorted(values - {""}, key=natural_order)
            for name, values in found.items()
            if len(values - {""}) >= least.get(name, 2)
        }


SHAPES = {"running": "ok", "offline": "off", "suspended": "off", "lost": "lost", "unknown": "unknown"}
LABELS = {"lost": "no link", "info": "info"}


def _state_tile(choice: FleetChoice, state: str, count: int) -> Tile:
    is_chosen = choice.state == state
    link = choice.link(state="" if is_chosen else state)
    return Tile(LABELS.get(state, state), count, SHAPES.get(state, "busy"), link, is_chosen)


def _incident_tile(choice: FleetChoice, severity: str, count: int) -> Tile:
    is_chosen = choice.incidents == severity
    link = choice.link(incidents="" if is_chosen else severity)
    return Tile(severity, count, "notice" if severity == "info" else severity, link, is_chosen)


def _held_tile(choice: FleetChoice, servers: Iterable[Glance]) -> list[Tile]:
    held = sum(one.open.held for one in servers)
    is_chosen = choice.incidents == "held"
    if not held and not is_chosen:
        return []
    return [
        Tile("held back", held, "silenced", choice.link(incidents="" if is_chosen else "held"), is_chosen)
    ]
