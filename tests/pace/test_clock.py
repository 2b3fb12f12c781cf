"""The steady clock follows virtual time."""

from __future__ import annotations

import anyio
import pytest

from automaton.pace.clock import SteadyClock

pytestmark = pytest.mark.anyio


async def test_the_steady_clock_moves_both_readings_with_the_event_loop() -> None:
    clock = SteadyClock(1_800_000_000.0)
    before = clock.now()

    await anyio.sleep(3600)
    after = clock.now()

    assert after - before == 3600
    assert after.wall == 1_800_003_600.0
