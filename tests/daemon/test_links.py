"""The links of one engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.daemon.links import OwnLinks
from tests.rules.watch import watching

pytestmark = pytest.mark.anyio

LOBBY, VALHEIM = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_an_engine_sees_the_links_of_its_own_servers_and_every_panel(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        pool = watch.daemon.connections.pool
        own = OwnLinks(pool, lambda server: server == LOBBY)

        assert [link.server for link in own.status()] == [LOBBY]
        assert own.find(LOBBY) is pool.find(LOBBY)
        assert own.status_of(LOBBY) == pool.status_of(LOBBY)
        assert (own.find(VALHEIM), own.status_of(VALHEIM)) == (None, None)
        assert pool.find(VALHEIM) is not None
        assert [one.name for one in own.panel_statuses()] == [one.name for one in pool.panel_statuses()]
        assert own.panel_of(LOBBY) == pool.panel_of(LOBBY) != ""
