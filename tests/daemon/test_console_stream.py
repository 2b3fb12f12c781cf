"""A console that is followed goes on when a token can be had again."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.daemon.console_stream import console_of
from automaton.simulator.faults.catalog import cause
from automaton.web.routes.console import ConsoleRecord
from tests.rules.watch import Watch, watching

pytestmark = pytest.mark.anyio

LOBBY = "aaaaaaaa-0000-4000-8000-000000000001"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


def without_a_token(watch: Watch, *, follow: bool) -> AsyncGenerator[ConsoleRecord, None]:
    """The console while the Panel gives no token for a minute, and none is kept."""
    keeper = watch.daemon.connections.pool.find(LOBBY)
    assert keeper is not None
    cause(watch.world, "no-tokens", {"seconds": 60})
    keeper.account.tokens.drop(LOBBY)
    return console_of(LOBBY, keeper.options, keeper.account.tokens, watch.daemon.clock, follow=follow)


async def test_who_follows_is_told_of_the_wait_and_then_has_the_console(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch, aclosing(without_a_token(watch, follow=True)) as console:
        note, line = await anext(console), await anext(console)

    assert note.note == "the Panel asks to wait (rate limit); the console comes in 60 s"
    assert line.line


async def test_who_does_not_follow_hears_at_once_that_it_may_be_tried_again(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch, aclosing(without_a_token(watch, follow=False)) as console:
        heard = [one async for one in console]

    assert heard == [ConsoleRecord(end="the Panel asks to wait (rate limit)", failed=True, passing=True)]
