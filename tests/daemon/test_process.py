"""What engines of one process share."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.schema.selector import NO_GROUPS
from tests.rules.watch import watching

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_without_a_public_status_page_there_are_no_groups(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        process = watch.daemon.process
        assert process.status_groups() is NO_GROUPS
        assert process.name_of("aaaaaaaa-0000-4000-8000-000000000001") == "lobby"
