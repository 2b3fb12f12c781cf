"""Readings are taken down while the daemon is heard, and not while it is not."""

from __future__ import annotations

import httpx
import pytest

from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.history import FINE_STEP, FleetHistory
from automaton.web.pages.history_sampler import PORTION, HistorySampler
from automaton.web.routes.changes import FleetChange, FleetRow
from tests.web.pages.visiting import HandClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Sampled:
    """A feed that is told by hand, and what is taken down of it."""

    def __init__(self, servers: int = 1) -> None:
        self.clock = HandClock()
        nobody = ControlClient(httpx.MockTransport(lambda _: httpx.Response(500)))
        self.feed = FleetFeed(nobody, self.clock)
        self.history = FleetHistory(0.0)
        self.sampler = HistorySampler(self.feed, self.history, self.clock)
        rows = [
            FleetRow(uuid=str(one), id="", name="", at=0.0, link="live", memory=one) for one in range(servers)
        ]
        self.feed.take(FleetChange(servers=rows, whole=True))

    def memory(self, server: str) -> list[float]:
        points = self.history.points(server, 60.0, self.clock.now())
        return [value for value in points.series["memory"] if value is not None]


async def test_every_server_is_taken_down() -> None:
    sampled = Sampled(PORTION + 5)
    await sampled.sampler.sample()

    assert [sampled.memory(str(one)) for one in (0, 7, PORTION + 4)] == [[0.0], [7.0], [PORTION + 4.0]]


async def test_while_the_daemon_is_silent_nothing_is_seen() -> None:
    sampled = Sampled()
    await sampled.sampler.sample()
    sampled.feed.trouble = "the daemon does not answer"
    sampled.clock.at += FINE_STEP
    await sampled.sampler.sample()

    assert sampled.memory("0") == [0.0]


async def test_a_server_that_is_gone_is_forgotten() -> None:
    sampled = Sampled()
    await sampled.sampler.sample()
    sampled.feed.take(FleetChange(gone=["0"]))
    await sampled.sampler.sample()

    assert len(sampled.history) == 0
