"""What systemd and the log are told of the whole: that it is ready, then what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import anyio
import pytest
from structlog.testing import capture_logs
from trio.testing import MockClock

from automaton.daemon.logs.loss_log import LossLog
from automaton.daemon.state_report import READY_WITHIN, StateReport, until_next_look
from automaton.pace.clock import SteadyClock
from automaton.web.fleet_summary import FleetSummary
from automaton.wings.link_supervisor import LinkStatus

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Pool:
    """No links, and a Panel that answers after so many seconds."""

    def __init__(self, answers_after: float) -> None:
        self._answers_after = answers_after

    async def answered(self) -> None:
        await anyio.sleep(self._answers_after)

    def status(self) -> list[object]:
        return []

    def panel_statuses(self) -> list[object]:
        return []


class Manager:
    """What a service manager was told, each with its second."""

    def __init__(self) -> None:
        self.told: list[tuple[float, str]] = []
        self._clock = SteadyClock(0.0)
        self._began = self._clock.now()

    def ready(self, status: str) -> None:
        self.told.append((round(self._clock.now() - self._began), f"ready: {status}"))

    def status(self, status: str) -> None:
        self.told.append((round(self._clock.now() - self._began), status))


async def told(
    answers_after: float,
    unreadable: int = 0,
    let_go: Callable[[], int] = lambda: 0,
    values_let_go: Callable[[], int] = lambda: 0,
) -> tuple[list[tuple[float, str]], list[str]]:
    """What systemd was told in a minute in which a server came up at second 30, and the events of the log."""
    pool: Any = Pool(answers_after)
    manager: Any = Manager()
    clock = SteadyClock(0.0)
    began = clock.now()

    def summary(_links: Sequence[LinkStatus]) -> FleetSummary:
        up = int(clock.now() - began >= 30)
        return FleetSummary(live=up, servers=1, parked=0, rules=2, incidents=0)

    report = StateReport(
        pool, summary, lambda: unreadable, let_go, values_let_go, manager, LossLog(str), str, clock
    )  # fmt: skip
    with capture_logs() as lines, anyio.move_on_after(60):
        await report.run()
    return manager.told, [line["event"] for line in lines]


async def test_it_is_ready_once_the_panels_answered_and_tells_what_changes() -> None:
    assert await told(2.0) == (
        [(2, "ready: 0/1 servers, 2 rules, 0 incidents"), (30, "1/1 servers, 2 rules, 0 incidents")],
        ["daemon.ready"],
    )


async def test_a_panel_that_does_not_answer_holds_it_up_for_a_while_only() -> None:
    systemd, _ = await told(3600.0)

    assert systemd[0] == (READY_WITHIN, "ready: 0/1 servers, 2 rules, 0 incidents")


async def test_what_could_not_be_read_of_the_memory_is_told_once() -> None:
    _, log = await told(0.0, unreadable=3)

    assert log == ["memory.forgotten", "daemon.ready"]


async def test_servers_that_had_to_be_forgotten_are_told_once_a_minute_at_most() -> None:
    """A node that invents servers drives them out again and again."""
    counts = count(1)
    _, log = await told(0.0, let_go=lambda: next(counts))

    assert log == ["daemon.ready", "servers.forgotten"]


async def test_values_of_first_that_had_to_be_forgotten_are_told_too() -> None:
    _, log = await told(0.0, values_let_go=lambda: 5)

    assert log == ["daemon.ready", "values.forgotten"]


@pytest.mark.parametrize(("links", "seconds"), [(0, 1.0), (1000, 1.0), (3000, 3.0), (100_000, 5.0)])
async def test_the_more_links_there_are_the_less_often_all_of_them_are_looked_at(
    links: int, seconds: float
) -> None:
    assert until_next_look(links) == seconds
