"""Open incidents as rows, of a whole daemon on virtual time."""

from __future__ import annotations

from pathlib import Path

import anyio.lowlevel
import pytest
from trio.testing import MockClock

from automaton.daemon.services.open_incidents import PORTION, OpenIncidents
from tests.daemon.asking import LOBBY, asking, open_down

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_each_says_what_keeps_its_actions_back(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        found = OpenIncidents(daemon.host.inspector, daemon.name_of, daemon.clock)
        before = await found.rows()
        await open_down(watch)
        (row,) = await found.rows()

    assert before == []
    assert (row.rule, row.server, row.name, row.step) == (
        "down",
        LOBBY,
        "lobby",
        "wait (2 of 2), waits for its time",
    )


async def test_what_ends_while_others_have_their_turn_is_left_out(tmp_path: Path) -> None:
    """Many states are looked at in portions; between two of them the engine turns."""
    async with asking(tmp_path) as (watch, daemon):
        await open_down(watch)
        (state,) = daemon.host.inspector.open()
        found, told = OpenIncidents(daemon.host.inspector, daemon.name_of, daemon.clock), list[int]()

        async def look() -> None:
            told.append(len(await found.rows([state] * (PORTION + 1))))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(look)
            await anyio.lowlevel.checkpoint()
            state.clear(daemon.clock.now())

    assert told[0] <= PORTION
