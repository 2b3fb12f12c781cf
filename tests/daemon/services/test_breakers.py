"""Breakers are listed and reset, of a whole daemon on virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.core.events import State
from automaton.simulator.faults.catalog import cause
from tests.daemon.asking import LOBBY, asking

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_a_breaker_that_tripped_is_listed_and_put_to_work_again(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        for _ in range(2):
            cause(watch.world, "crash", {"server": "lobby"})
            await watch.seconds(65)
            if watch.state() is State.OFFLINE:
                watch.befall("start")
                await watch.until(lambda: watch.state() is State.RUNNING)
        tripped = (await daemon.host.breakers.breakers()).breakers
        status = await daemon.status.status()
        reset = daemon.host.breakers.reset_breaker("crashed", LOBBY, "uid 0")
        await watch.seconds(1)
        after = (await daemon.host.breakers.breakers()).breakers

    assert [(one.rule, one.name, one.left) for one in tripped] == [("crashed", "lobby", None)]
    assert status.breakers == tripped
    assert reset is not None
    assert len(reset.breakers) == 1
    assert after == []
