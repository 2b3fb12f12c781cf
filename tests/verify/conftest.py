"""Virtual time for what waits."""

from __future__ import annotations

import pytest
import trio.testing

from automaton.pace.clock import SteadyClock


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": trio.testing.MockClock(autojump_threshold=0)}


@pytest.fixture
async def clock() -> SteadyClock:
    return SteadyClock(1_800_000_000.0)
