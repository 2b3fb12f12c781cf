"""A person asks a game whether it answers, of a whole daemon on virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.core.events import State
from tests.daemon.asking import LOBBY, asking

pytestmark = pytest.mark.anyio

VALHEIM = "bbbbbbbb-0000-4000-8000-000000000002"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_a_game_with_a_question_is_asked_at_its_console(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        found = await daemon.host.probes.probe(LOBBY, "anna")

    assert (found.result, found.way) == ("answered", "console")
    assert watch.commands[0] == "list lobby"


async def test_one_that_hangs_is_silent(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        watch.befall("freeze")
        found = await daemon.host.probes.probe(LOBBY, "anna")

    assert found.result == "silent"
    assert "no answer came within" in found.detail


async def test_one_without_a_question_is_asked_over_the_network(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        found = await daemon.host.probes.probe(VALHEIM, "anna")

    assert (found.result, found.way) == ("answered", "query")


async def test_one_that_is_off_is_not_asked(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        watch.befall("stop")
        await watch.until(lambda: watch.state() is State.OFFLINE)
        found = await daemon.host.probes.probe(LOBBY, "anna")

    assert (found.result, found.detail) == ("not_asked", "the server is offline")
    assert watch.commands == []


async def test_one_that_nobody_watches_is_not_known(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        found, known = await daemon.host.probes.probe("nobody", "anna"), daemon.host.probes.knows("nobody")

    assert (found.result, known) == ("not_asked", False)
