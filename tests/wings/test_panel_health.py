"""A Panel is asked when it is suspected, and then until it answers. What its servers hear: test_house.py."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest

from automaton.wings.panel_health import PROBED_EVERY, PanelHealth

pytestmark = pytest.mark.anyio


class Panel:
    """Takes `seconds` to answer, or not to."""

    def __init__(self, outage: str = "", seconds: float = 0.0) -> None:
        self.outage = outage
        self.asked = 0
        self.told: list[str] = []
        self._seconds = seconds

    async def pulse(self) -> str:
        self.asked += 1
        await anyio.sleep(self._seconds)
        return self.outage


@asynccontextmanager
async def watched(panel: Panel) -> AsyncIterator[PanelHealth]:
    watch = PanelHealth(panel.pulse, panel.told.append)
    async with anyio.create_task_group() as group:
        group.start_soon(watch.run)
        yield watch
        group.cancel_scope.cancel()


async def test_nobody_is_asked_while_nothing_fails() -> None:
    panel = Panel()

    async with watched(panel):
        await anyio.sleep(3600)

    assert (panel.asked, panel.told) == (0, [])


async def test_each_change_is_told_once() -> None:
    panel = Panel("HTTP 502")

    async with watched(panel) as watch:
        for outage in ("HTTP 502", "no route", "", "HTTP 503", ""):
            panel.outage = outage
            watch.suspect()
            await anyio.sleep(3 * PROBED_EVERY)

    assert panel.told == ["HTTP 502", "", "HTTP 503", ""]


async def test_however_many_suspect_it_a_panel_that_answers_is_asked_every_fifteen_seconds() -> None:
    panel = Panel()

    async with watched(panel) as watch:
        for _ in range(600):
            watch.suspect()
            await anyio.sleep(0.5)

    assert 19 <= panel.asked <= 21


async def test_those_who_ask_at_the_same_time_share_one_answer() -> None:
    panel = Panel("HTTP 502", seconds=5)
    heard: list[str] = []

    async def ask() -> None:
        heard.append(await watch.check())

    async with watched(panel) as watch, anyio.create_task_group() as group:
        for _ in range(40):
            group.start_soon(ask)

    assert heard == ["HTTP 502"] * 40
    assert (panel.asked, panel.told) == (1, ["HTTP 502"])


async def test_who_is_told_heard_it_before_who_asked() -> None:
    panel = Panel("HTTP 502")

    async with watched(panel) as watch:
        assert (await watch.check(), panel.told) == ("HTTP 502", ["HTTP 502"])
