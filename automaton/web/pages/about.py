"""`/about`: what runs, how it fares, within which limits, and what it does not cover."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from automaton.web.pages.cluster_standing import ClusterStanding, standing_of
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.live import LivePages, LiveView
from automaton.web.pages.page import Pages
from automaton.web.pages.process_memory import resident
from automaton.web.pages.recent import RecentAnswers
from automaton.web.routes.about import About
from automaton.web.routes.cluster import ClusterView
from automaton.web.routes.metrics import Distribution, Metrics, MetricSample

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from automaton.pace.clock import Clock

SHARE_TOLD = 0.99  # the share of events whose lag is told


@dataclass(frozen=True, slots=True)
class AboutFigures:
    """How the daemon fares now. `lag`: all but one in a hundred events waited at most so long, None for none.

    Memory in bytes, None where the kernel does not tell. `journal` is a word, `journal_kind` how bad it is.
    """

    lag: float | None
    events: int
    waiting: int
    lost: int
    links: Mapping[str, int]
    journal: str
    journal_kind: str
    backlog: int
    daemon_memory: int | None
    page_memory: int | None
    restless: int


class AboutPage:
    """The page and what changes on it. `is_shared`: the daemon is a member of a cluster."""

    def __init__(
        self, pages: Pages, control: ControlClient, clock: Clock, *, is_shared: bool = False
    ) -> None:
        self._pages = pages
        self._is_shared = is_shared
        self._recent = RecentAnswers(control, clock)

    def routes(self, live: LivePages) -> list[Route]:
        """The routes that are answered here; `live` is told of those that change by themselves."""
        from starlette.routing import Route

        live.add("/about", self.regions)
        return [Route("/about", self.shown)]

    async def shown(self, request: Request) -> Response:
        """The page."""
        about, figures = await self._read()
        cluster = await self._read_cluster()
        return self._pages.page(request, "about.html", about=about, figures=figures, cluster=cluster)

    async def regions(self, _view: LiveView) -> Mapping[str, str]:
        """What changes on it."""
        about, figures = await self._read()
        part = self._pages.renderer.part
        cluster = await self._read_cluster()
        shared = {"cluster": part("about_parts.html", "cluster", cluster)} if cluster is not None else {}
        return {
            **shared,
            "figures": part("about_parts.html", "tiles", about, figures),
            "sources": part("about_parts.html", "sources", about.sources),
            "open": part("about_parts.html", "not_covered", about.not_covered),
            "files": part("about_parts.html", "files", about),
        }

    async def _read(self) -> tuple[About, AboutFigures]:
        about = await self._recent.read("/v1/about", About)
        return about, figures_of(await self._recent.read("/v1/metrics", Metrics))

    async def _read_cluster(self) -> ClusterStanding | None:
        if not self._is_shared:
            return None
        return standing_of(await self._recent.read("/v1/cluster", ClusterView))


def figures_of(metrics: Metrics) -> AboutFigures:
    """What people want to know of them."""
    journal, kind = "written", "ok"
    if metrics.is_journal_healthy is None:
        journal, kind = "nothing is kept", "off"
    elif not metrics.is_journal_healthy:
        journal, kind = "cannot be written", "critical"
    return AboutFigures(
        lag=quantile(metrics.lag, SHARE_TOLD),
        events=sum(metrics.lag.counts),
        waiting=metrics.queue_events,
        lost=metrics.events_lost,
        links=by_label(metrics.links),
        journal=journal,
        journal_kind=kind,
        backlog=metrics.journal_backlog or 0,
        daemon_memory=resident(metrics.pid),
        page_memory=resident(os.getpid()),
        restless=metrics.restless,
    )


def quantile(of: Distribution, share: float) -> float | None:
    """The step within which this share of all lies; the last one for what lies above, None for nothing."""
    total = sum(of.counts)
    if not total:
        return None
    for step, up_to in zip(of.steps, accumulate(of.counts), strict=False):
        if up_to >= share * total:
            return step
    return of.steps[-1]


def by_label(samples: list[MetricSample]) -> Mapping[str, int]:
    """Counts by their only label."""
    return {one.labels[0]: int(one.value) for one in samples}
