"""How a rule stands towards each of its keys, of a whole daemon on virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.core.calls import Signal
from tests.daemon.asking import LOBBY, asking

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_those_with_an_open_incident_come_first_and_those_never_judged_are_idle(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        await daemon.host.servers.power(LOBBY, Signal.STOP)
        await watch.seconds(60)
        down, crashed = await daemon.host.rule_keys.keys("down"), await daemon.host.rule_keys.keys("crashed")
        rust, nobody = await daemon.host.rule_keys.keys("rust"), await daemon.host.rule_keys.keys("nobody")

    assert down is not None
    assert crashed is not None
    assert [(row.name, row.phase, row.open_for is not None) for row in down.keys] == [
        ("lobby", "open", True),
        ("valheim", "idle", False),
    ]
    assert [(row.name, row.phase) for row in crashed.keys] == [("lobby", "idle"), ("valheim", "idle")]
    assert (rust is not None and rust.total, nobody) == (0, None)
