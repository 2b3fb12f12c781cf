"""All rules in numbers, of a whole daemon on virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from tests.daemon.asking import asking, open_down

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_rules_are_told_in_numbers(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        await open_down(watch)
        rows = {row.id: row for row in (await daemon.host.rules.rules()).rules}

    assert [rows[id_].servers for id_ in ("down", "rust", "wide")] == [2, 0, 2]
    assert [rows[id_].arm for id_ in ("down", "quiet")] == ["live", "shadow"]
    assert (rows["down"].open, rows["down"].fired, rows["down"].counted["fired"]) == (1, 1, 1)
    assert (rows["wide"].by, rows["down"].note) == ("node", "a server that nobody stopped")
