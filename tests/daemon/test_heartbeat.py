"""The dead man's switch, on virtual time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
import httpx
import pytest
import trio.testing
from structlog.testing import capture_logs

from automaton.daemon.heartbeat import Beat, Heartbeat
from automaton.pace.clock import SteadyClock
from automaton.secret import Secret

pytestmark = pytest.mark.anyio

URL = "https://ping.example.org/secret-uuid"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": trio.testing.MockClock(autojump_threshold=0)}


@dataclass
class Service:
    """The service that is called. `answer` may raise."""

    answer: Callable[[], httpx.Response] = lambda: httpx.Response(200)
    calls: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(str(request.url))
        return self.answer()


@asynccontextmanager
async def beating(
    service: Service, every: float = 60.0
) -> AsyncIterator[tuple[Heartbeat, anyio.CancelScope]]:
    """A heartbeat and an engine that turns until its scope is cancelled."""
    heart = Heartbeat(
        Beat(Secret(URL), every), SteadyClock(1_800_000_000.0), lambda: httpx.MockTransport(service)
    )
    engine = anyio.CancelScope()

    async def turn() -> None:
        with engine:
            while True:
                heart.turned()
                await anyio.sleep(5)

    async with anyio.create_task_group() as group:
        group.start_soon(turn)
        group.start_soon(heart.run)
        yield heart, engine
        group.cancel_scope.cancel()


async def test_the_address_is_called_every_so_often() -> None:
    async with beating(service := Service()) as (heart, _):
        await anyio.sleep(600)

    assert len(service.calls) in (10, 11)
    assert (heart.answered, heart.failed) == (len(service.calls), 0)
    assert heart.answered_at is not None
    assert set(service.calls) == {URL}


async def test_it_stops_when_the_engine_is_stuck_and_goes_on_when_it_turns_again() -> None:
    async with beating(service := Service()) as (heart, engine):
        await anyio.sleep(130)
        engine.cancel()
        await anyio.sleep(60)
        before = len(service.calls)
        await anyio.sleep(3600)
        assert len(service.calls) == before

        heart.turned()
        await anyio.sleep(10)
        assert len(service.calls) == before + 1


async def test_no_redirect_is_followed() -> None:
    elsewhere = httpx.Response(302, headers={"location": "https://evil.test/"})

    with capture_logs() as logs:
        async with beating(service := Service(lambda: elsewhere)) as (heart, _):
            await anyio.sleep(10)

    assert service.calls == [URL]
    assert (heart.answered, heart.failed, heart.answered_at) == (0, 1, None)
    assert [entry["event"] for entry in logs] == ["heartbeat.failed"]
    assert "redirects" in logs[0]["reason"]


async def test_weather_is_told_once_with_its_end_and_never_with_the_address() -> None:
    def refuse() -> httpx.Response:
        raise httpx.ConnectError(f"cannot connect to {URL}")

    with capture_logs() as logs:
        async with beating(service := Service(refuse)):
            await anyio.sleep(600)
            service.answer = lambda: httpx.Response(200)
            await anyio.sleep(600)

    assert [entry["event"] for entry in logs] == ["heartbeat.failed", "heartbeat.answered"]
    assert "secret-uuid" not in str(logs)


async def test_another_address_is_called_after_a_reload_and_none_where_there_is_none() -> None:
    async with beating(service := Service()) as (heart, _):
        await anyio.sleep(10)
        heart.beat = Beat(Secret("https://other.test/"), 60.0)
        await anyio.sleep(60)
        heart.beat = None
        await anyio.sleep(600)

    assert service.calls == [URL, "https://other.test/"]


async def test_another_pace_holds_at_once_after_a_reload() -> None:
    service = Service()
    async with beating(service, every=3600.0) as (heart, _):
        await anyio.sleep(20)
        assert len(service.calls) == 1
        heart.beat = Beat(Secret(URL), 10.0)
        await anyio.sleep(60)
        assert 5 <= len(service.calls) <= 8
