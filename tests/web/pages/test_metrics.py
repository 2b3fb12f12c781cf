"""Health and metrics for programs: plain sentences, and one question to the daemon a second at the most."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from trio.testing import MockClock

from automaton.pace.clock import SteadyClock
from automaton.web.http_json import write_json
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.exposition import PageCounts
from automaton.web.pages.metrics import MetricsPage
from automaton.web.pages.page_settings import PageSettings
from automaton.web.routes.metrics import Health, MetricSample
from tests.web.routes.test_metrics import metrics

pytestmark = pytest.mark.anyio

WELL = Health(not_alive="", not_ready="")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Daemon:
    """Answers after `takes` seconds; `health` None is one that answers no more."""

    def __init__(self, health: Health | None = WELL, takes: float = 0.1) -> None:
        self.health = health
        self.takes = takes
        self.asked: list[str] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.raw_path.decode())
        await anyio.sleep(self.takes)
        if self.health is None:
            raise httpx.ConnectError("nobody there")
        answer = (
            self.health if request.url.path == "/v1/health" else metrics(links=[MetricSample(["live"], 2)])
        )
        return httpx.Response(200, content=write_json(answer))


@asynccontextmanager
async def page_of(
    daemon: Daemon, settings: PageSettings | None = None, counts: PageCounts | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    control = ControlClient(httpx.MockTransport(daemon))
    told = settings or PageSettings(control="")
    page = MetricsPage(control, lambda: told, counts or PageCounts(), SteadyClock(1_800_000_000.0))
    transport = httpx.ASGITransport(Starlette(routes=page.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://page") as client:
        yield client
    await control.aclose()


@pytest.mark.parametrize(
    ("health", "path", "status", "said"),
    [
        (WELL, "/healthz", 200, "the engine turns\n"),
        (WELL, "/readyz", 200, "the configuration is good, and a Panel or node answers\n"),
        (Health(not_alive="", not_ready="no Panel"), "/healthz", 200, "the engine turns\n"),
        (Health(not_alive="", not_ready="no Panel"), "/readyz", 503, "no Panel\n"),
        (Health(not_alive="it stands", not_ready="it stands"), "/healthz", 503, "it stands\n"),
        (None, "/healthz", 503, "the daemon does not answer: nobody there\n"),
        (None, "/readyz", 503, "the daemon does not answer: nobody there\n"),
    ],
)
async def test_health_is_a_status_and_one_plain_sentence(
    health: Health | None, path: str, status: int, said: str
) -> None:
    async with page_of(Daemon(health)) as client:
        answer = await client.get(path)

    assert (answer.status_code, answer.text) == (status, said)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


async def test_a_daemon_that_takes_longer_than_two_seconds_is_not_healthy() -> None:
    async with page_of(Daemon(takes=3.0)) as client:
        answer = await client.get("/healthz")

    assert (answer.status_code, answer.text) == (503, "the daemon does not answer within 2 s\n")


@pytest.mark.parametrize("path", ["/metrics", "/healthz"])
async def test_however_many_ask_the_daemon_is_asked_once_a_second(path: str) -> None:
    daemon = Daemon()
    async with page_of(daemon) as client, anyio.create_task_group() as tasks:
        for _ in range(50):
            tasks.start_soon(client.get, path)
        await anyio.sleep(0.5)
        await client.get(path)
        first = len(daemon.asked)
        await anyio.sleep(1.0)
        await client.get(path)

    assert (first, len(daemon.asked)) == (1, 2)


async def test_a_silent_daemon_is_a_metric() -> None:
    counts = PageCounts()
    counts.note(200)
    async with page_of(Daemon(None), counts=counts) as client:
        answer = await client.get("/metrics")

    assert answer.status_code == 200
    assert "automaton_up 0.0\n" in answer.text
    assert 'automaton_page_requests_total{code="200"} 1.0\n' in answer.text


async def test_the_form_is_the_one_that_the_asker_reads() -> None:
    async with page_of(Daemon()) as client:
        plain = await client.get("/metrics")
        openmetrics = await client.get(
            "/metrics", headers={"Accept": "application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1"}
        )

    assert plain.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert openmetrics.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert openmetrics.text.endswith("# EOF\n")


@pytest.mark.parametrize(
    ("settings", "asked"),
    [
        (PageSettings(control=""), "/v1/metrics"),
        (PageSettings(control="", metrics_of_servers=True, metrics_series=120), "/v1/metrics?servers=10"),
        (PageSettings(control="", metrics_of_servers=True, metrics_series=11), "/v1/metrics?servers=0"),
    ],
)
async def test_as_many_servers_are_told_of_as_have_room(settings: PageSettings, asked: str) -> None:
    daemon = Daemon()
    async with page_of(daemon, settings) as client:
        await client.get("/metrics")

    assert daemon.asked == [asked]
