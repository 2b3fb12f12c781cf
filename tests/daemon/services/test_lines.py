"""Console lines for those who look, of a whole daemon on virtual time."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import anyio
import pytest
from trio.testing import MockClock

from automaton.core.events import LinePrinted
from automaton.daemon.app import Daemon
from automaton.daemon.services.lines import KEPT
from automaton.web.routes.lines import LineRow
from tests.daemon.asking import LOBBY, asking

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


def prints(daemon: Daemon, text: str) -> None:
    queue = daemon.connections.pool.queue
    queue.put(LinePrinted(server=LOBBY, at=daemon.clock.now(), text=text))


async def following(daemon: Daemon) -> AsyncGenerator[LineRow, None]:
    """Followed from here on: the first row, a sign of life, has come."""
    rows = daemon.host.lines.lines(LOBBY)
    assert await anext(rows) == LineRow()
    return rows


async def test_a_line_is_told_with_who_said_it_and_the_rules_that_listen(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        rows = await following(daemon)
        prints(
            daemon,
            "[12:00:00] [Server thread/INFO]: Steve[/192.0.2.1:5] logged in with entity id 1 at (0, 64, 0)",
        )
        prints(daemon, "[12:00:00] [Server thread/INFO]: <Steve> hello")
        joined, said = await anext(rows), await anext(rows)
        await rows.aclose()

    assert (joined.source, joined.rules, joined.events) == ("game", ["each"], ["player.join"])
    assert (said.source, said.rules) == ("chat", [])
    assert said.text.endswith("<Steve> hello")


async def test_a_second_follower_sees_what_the_first_has_seen(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        first = await following(daemon)
        prints(daemon, "one")
        assert (await anext(first)).text == "one"
        second = await following(daemon)
        seen = await anext(second)
        await first.aclose()
        await second.aclose()

    assert seen.text == "one"


async def test_what_a_slow_reader_missed_is_told(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        rows = await following(daemon)
        for number in range(KEPT + 5):
            prints(daemon, f"line {number}")
        await watch.seconds(1)
        note, line = await anext(rows), await anext(rows)
        await rows.aclose()

    assert note.note == "5 lines came faster than they were read"
    assert line.text == "line 5"


async def test_a_lost_link_is_told_in_place_of_lines(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        rows = await following(daemon)
        watch.befall("drop")
        row = await anext(rows)
        while not row.note:
            row = await anext(rows)
        await rows.aclose()

    assert row.note.startswith("the link was lost")


async def test_nothing_is_kept_once_nobody_looks(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        rows = await following(daemon)
        prints(daemon, "one")
        await anext(rows)
        await rows.aclose()
        rows = await following(daemon)
        prints(daemon, "two")
        row = await anext(rows)
        await rows.aclose()
        await watch.seconds(1)
        await anyio.lowlevel.checkpoint()

    assert row.text == "two"
