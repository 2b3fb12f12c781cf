"""The page as one application: what it is made of, in front of it the gate, and refusals as pages or JSON."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from automaton.pace.clock import Clock
from automaton.web.http_json import RequestRefused, refusal
from automaton.web.pages.about import AboutPage
from automaton.web.pages.ack_links import AckLinkPages
from automaton.web.pages.answer_counter import AnswerCounter
from automaton.web.pages.api import Api
from automaton.web.pages.consoles import Consoles
from automaton.web.pages.control_client import ControlClient, DaemonRefusedError, DaemonSilentError
from automaton.web.pages.deliveries import DeliveriesPage
from automaton.web.pages.exposition import PageCounts
from automaton.web.pages.fleet import FleetPage
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.history import FleetHistory
from automaton.web.pages.history_sampler import HistorySampler
from automaton.web.pages.hold import HoldActs
from automaton.web.pages.incident import IncidentPage
from automaton.web.pages.incidents import IncidentsPage
from automaton.web.pages.judging import JudgePort
from automaton.web.pages.live import LivePages, LiveStreams
from automaton.web.pages.login import LoginPage
from automaton.web.pages.metrics import MetricsPage
from automaton.web.pages.page import Pages
from automaton.web.pages.page_settings import PageSettings
from automaton.web.pages.rendering import Renderer
from automaton.web.pages.rule_pages import RulePages
from automaton.web.pages.security.gate import Gate
from automaton.web.pages.security.recognition import Recognition, proof_of
from automaton.web.pages.security.sessions import Sessions, SignedIn
from automaton.web.pages.server import ServerPage
from automaton.web.pages.server_acts import ServerActs
from automaton.web.pages.server_console import ServerConsolePage
from automaton.web.pages.server_views import ServerViews
from automaton.web.pages.session_sharing import SessionSharing
from automaton.web.pages.silences import SilencesPage
from automaton.web.pages.static_files import StaticFiles
from automaton.web.pages.status import StatusPage
from automaton.web.pages.trail_port import NoTrail, TrailPort
from automaton.web.pages.uptime import NoStore, UptimeStore
from automaton.web.pages.uptime_watch import UptimeWatch


class PageApp:
    """`app` answers. `change` puts other settings into force, `end` ends what has no end of its own.

    `watched_by` is monitoring's own way to the daemon, and `for_programs` that of the API: however many wait
    on one, the others have their turn.
    """

    def __init__(
        self,
        settings: PageSettings,
        control: ControlClient,
        feed: FleetFeed,
        clock: Clock,
        *,
        trail: TrailPort | None = None,
        watched_by: ControlClient | None = None,
        judge: JudgePort | None = None,
        for_programs: ControlClient | None = None,
        uptimes: UptimeStore | None = None,
    ) -> None:
        self._settings = settings
        self.trail = trail or NoTrail()
        self.sharing = SessionSharing(control)
        self.sessions = Sessions(clock, self.sharing.changed)
        if settings.sessions is not None:
            self.sessions.adopt(settings.sessions)
        renderer = Renderer()
        self.pages = Pages(renderer, feed)
        live = self.live = LivePages()
        history, views = FleetHistory(clock.now().wall), ServerViews(control, clock)
        self.consoles = Consoles(control, clock)
        self.sampler = HistorySampler(feed, history, clock)
        server = ServerPage(self.pages, feed, views, history, self.consoles, self.trail, clock)
        self.watch = UptimeWatch(feed, uptimes or NoStore(), clock)
        status = StatusPage(renderer, feed, self.watch.uptime, lambda: self._settings.status, clock)
        self.login = LoginPage(self.pages, self.sessions, clock)
        self.login.settings = settings
        self.streams = LiveStreams(live, feed, self.pages.banner)
        self.api = Api(for_programs or control, settings)
        self.counts = PageCounts()
        metrics = MetricsPage(
            watched_by or control, lambda: self._settings, self.counts, clock, self._measure
        )
        self.app = Starlette(
            routes=[
                *StaticFiles().routes(),
                *self.login.routes(),
                *FleetPage(self.pages, feed).routes(live),
                *IncidentsPage(self.pages, feed, control, self.trail, clock).routes(live),
                *IncidentPage(self.pages, feed, self.trail).routes(live),
                *SilencesPage(self.pages, feed, control, clock).routes(live),
                *DeliveriesPage(self.pages, feed, control, self.trail, clock).routes(live),
                *HoldActs(control).routes(),
                *AboutPage(self.pages, control, clock, is_shared=feed.is_shared).routes(live),
                *metrics.routes(),
                *RulePages(self.pages, control, self.trail, judge, clock).routes(live),
                *self.api.routes(),
                *server.routes(live),
                *ServerConsolePage(feed, self.consoles).routes(),
                *ServerActs(self.pages, feed, views, control).routes(),
                *AckLinkPages(control).routes(),
                *status.routes(),
                Route("/live", self.streams.opened),
            ],
            exception_handlers={
                RequestRefused: self._refused,
                DaemonRefusedError: self._refused,
                DaemonSilentError: self._refused,
                404: self._refused,
                405: self._refused,
            },
            middleware=[
                Middleware(AnswerCounter, counts=self.counts),
                Middleware(
                    Gate,
                    settings=lambda: self._settings,
                    recognition=Recognition(lambda: self._settings, self.sessions, clock),
                    refuse=self._refused,
                    clock=clock,
                ),
            ],
        )
        self.app.router.redirect_slashes = False  # a redirect would lead to any host that the caller names

    def change(self, settings: PageSettings) -> None:
        """From here on these hold; whoever they do not let in is signed out, with what he looks at."""
        self._settings = self.login.settings = settings
        if settings.sessions is not None:
            self.sessions.adopt(settings.sessions)
        self.sessions.end_all(self._may_go_on)
        self.api.change(settings)

    def end(self) -> None:
        """Ends the streams."""
        self.streams.end()
        self.api.end()
        self.consoles.end()

    def _measure(self) -> None:
        self.counts.streams, self.counts.sessions = len(self.streams), len(self.sessions)

    def _may_go_on(self, session: SignedIn) -> bool:
        return session.proof == proof_of(self._settings, session.name, is_proxied=session.is_proxied)

    async def _refused(self, request: Request, problem: Exception) -> Response:
        refused = _as_refusal(problem)
        if "text/html" not in request.headers.get("accept", ""):
            return await refusal(request, refused)
        answer = self.pages.page(
            request, "refused.html", status=refused.status, problem=str(refused),
            is_missing=refused.status == 404, is_act=request.method == "POST",
        )  # fmt: skip
        if refused.wait:
            answer.headers["Retry-After"] = str(int(refused.wait) + 1)
        return answer


def _as_refusal(problem: Exception) -> RequestRefused:
    if isinstance(problem, RequestRefused):
        return problem
    if isinstance(problem, DaemonRefusedError):
        return RequestRefused(problem.status, str(problem))
    if isinstance(problem, DaemonSilentError):
        return RequestRefused(503, str(problem), 2.0)
    status = getattr(problem, "status_code", 404)
    return RequestRefused(status, "there is no such page" if status == 404 else "this is not done here")
