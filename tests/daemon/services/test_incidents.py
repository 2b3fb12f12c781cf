"""Incidents are listed and acknowledged, of a whole daemon on virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from tests.daemon.asking import asking, open_down

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_an_incident_is_acknowledged_once(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        await open_down(watch)
        before = (await daemon.host.incidents.incidents()).incidents
        meant = await daemon.host.incidents.acknowledge("down", "", "uid 0")
        await watch.seconds(1)
        after = (await daemon.host.incidents.incidents()).incidents
        nobody = await daemon.host.incidents.acknowledge(
            "down", "bbbbbbbb-0000-4000-8000-000000000002", "uid 0"
        )

    assert [(one.acked, one.step) for one in before] == [(False, "wait (2 of 2), waits for its time")]
    assert meant is not None
    assert [one.name for one in meant.incidents] == ["lobby"]
    assert [one.acked for one in after] == [True]
    assert nobody is not None
    assert nobody.incidents == []
