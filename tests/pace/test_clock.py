"""The steady clock follows virtual time."""

from __future__ import annotations

import anyio
import pytest

from automaton.pace.clock import SteadyClock, SystemClock

pytestmark = pytest.mark.anyio


async def test_the_steady_clock_moves_both_readings_with_the_event_loop() -> None:
    clock = SteadyClock(1_800_000_000.0)
    before = clock.now()

    await anyio.sleep(3600)
    after = clock.now()

    assert after - before == 3600
    assert after.wall == 1_800_003_600.0


async def test_the_boot_clock_of_a_virtual_machine_is_its_event_loop() -> None:
    clock = SteadyClock(1_800_000_000.0)
    before = clock.boot()

    await anyio.sleep(3600)

    assert clock.boot() - before == 3600


def test_the_boot_clock_needs_no_event_loop_and_never_goes_back() -> None:
    first, second = SystemClock().boot(), SystemClock().boot()

    assert 0 < first <= second
