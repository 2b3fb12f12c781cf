"""`/metrics`, `/healthz`, `/readyz`: for programs that watch the daemon, without a login.

Law: however many ask, the daemon is asked once a second at the most; what waits for its answer shares it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

import anyio

from automaton.pace.clock import Clock
from automaton.pace.single_flight import SingleFlight
from automaton.web.pages.control_client import ControlClient, DaemonRefusedError, DaemonSilentError
from automaton.web.pages.exposition import OF_A_SERVER, OPENMETRICS, PageCounts, exposition
from automaton.web.pages.page_settings import PageSettings
from automaton.web.routes.metrics import Health, Metrics

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

ASKED_AGAIN = 1.0  # seconds for which an answer is of now
HEALTHY_WITHIN = 2.0  # seconds in which a daemon that is well answers
METRICS_WITHIN = 8.0  # seconds; Prometheus gives a scrape up ten seconds after it began
TOO_SLOW = "the daemon does not answer within {:g} s"

T = TypeVar("T", Metrics, Health)
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class MetricsPage:
    """Answers monitoring. `control` is its own way to the daemon: no browser is before it there.

    `counts` are the page's own; `now` brings those up to date that are only measured.
    """

    def __init__(
        self, control: ControlClient, settings: Callable[[], PageSettings], counts: PageCounts, clock: Clock,
        now: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self._control = control
        self._settings = settings
        self._counts = counts
        self._clock = clock
        self._measure = now
        self._texts: Kept[bool, tuple[bytes, str]] = Kept(clock)
        self._health: Kept[None, Health] = Kept(clock)

    def routes(self) -> list[Route]:
        """The routes that are answered here."""
        from starlette.routing import Route

        return [
            Route("/metrics", self.scraped),
            Route("/healthz", self.alive),
            Route("/readyz", self.ready),
        ]

    async def scraped(self, request: Request) -> Response:
        """Everything that is counted. A daemon that does not answer is a metric too."""
        from starlette.responses import Response

        accept = OPENMETRICS if OPENMETRICS in request.headers.get("accept", "") else ""
        text, content_type = await self._texts.get(bool(accept), lambda: self._scrape(accept))
        return Response(text, headers={"Content-Type": content_type})

    async def alive(self, _: Request) -> Response:
        """Whether the engine turns."""
        return await self._sentence(lambda health: health.not_alive, "the engine turns")

    async def ready(self, _: Request) -> Response:
        """Whether what it needs is there."""
        return await self._sentence(
            lambda health: health.not_ready, "the configuration is good, and a Panel or node answers"
        )

    async def _scrape(self, accept: str) -> tuple[bytes, str]:
        metrics: Metrics | None
        try:
            metrics = await self._ask(self._path(), Metrics, METRICS_WITHIN)
        except (DaemonSilentError, DaemonRefusedError):
            metrics = None
        self._measure()
        # To write thousands of series takes tens of milliseconds: others go on meanwhile.
        return await anyio.to_thread.run_sync(exposition, metrics, self._counts, accept)

    def _path(self) -> str:
        settings = self._settings()
        most = settings.metrics_series // OF_A_SERVER
        return f"/v1/metrics?servers={most}" if settings.metrics_of_servers else "/v1/metrics"

    async def _sentence(self, problem_of: Callable[[Health], str], well: str) -> Response:
        from starlette.responses import PlainTextResponse

        ask = partial(self._ask, "/v1/health", Health, HEALTHY_WITHIN)
        try:
            problem = problem_of(await self._health.get(None, ask))
        except (DaemonSilentError, DaemonRefusedError) as silent:
            problem = str(silent)
        return PlainTextResponse(f"{problem or well}\n", 503 if problem else 200)

    async def _ask(self, path: str, shape: type[T], within: float) -> T:
        try:
            with anyio.fail_after(within):
                return await self._control.read(path, shape)
        except TimeoutError:
            raise DaemonSilentError(TOO_SLOW.format(within)) from None


class Kept(Generic[K, V]):
    """Answers that hold for a second. Who comes meanwhile gets the same, who comes first waits for it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._flights: SingleFlight[K, V] = SingleFlight()
        self._kept: dict[K, tuple[float, V]] = {}

    async def get(self, key: K, ask: Callable[[], Awaitable[V]]) -> V:
        """The answer of now, by `ask` where none is kept. What that raises is not kept."""
        if key in self._kept and self._clock.now().mono - self._kept[key][0] < ASKED_AGAIN:
            return self._kept[key][1]

        async def asked() -> V:
            answer = await ask()
            self._kept[key] = (self._clock.now().mono, answer)
            return answer

        return await self._flights.do(key, asked)
