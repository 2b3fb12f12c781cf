"""What changes in the fleet is told as rows, of a whole daemon on virtual time."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.core.calls import Signal
from automaton.daemon.services.changes import ROUND
from automaton.web.routes.changes import FleetChange
from tests.rules.watch import watching

pytestmark = pytest.mark.anyio

LOBBY = "aaaaaaaa-0000-4000-8000-000000000001"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_all_servers_are_told_first_and_then_those_of_which_something_was_heard(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch, aclosing(watch.daemon.host.changes.changes()) as told:
        await watch.seconds(60)
        first, whole = await anext(told), await anext(told)
        await watch.daemon.host.servers.power(LOBBY, Signal.STOP)
        states: list[str | None] = []
        async for change in told:
            states += [row.state for row in change.servers if row.uuid == LOBBY]
            if "offline" in states:
                break

    assert [row.name for row in first.servers] == ["lobby", "valheim"]
    assert (whole.whole, whole.incidents) == (True, [])
    assert states[-1] == "offline"


async def test_a_fleet_of_which_only_figures_come_is_told_once_a_second(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch, aclosing(watch.daemon.host.changes.changes()) as told:
        await watch.seconds(60)
        await anext(told), await anext(told)
        begun = watch.daemon.clock.now().mono
        rows = figures = 0
        async for change in told:
            rows += len(change.servers)
            figures += len(change.figures)
            if watch.daemon.clock.now().mono - begun >= 10:
                break

    assert rows == 0
    assert 0 < figures <= 2 * 11


async def test_the_first_change_after_a_while_is_told_at_once(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch, aclosing(watch.daemon.host.changes.changes()) as told:
        await watch.seconds(60)
        await anext(told), await anext(told), await anext(told)
        watch.befall("crash", server="lobby")
        begun = watch.daemon.clock.now().mono
        async for change in told:
            if change.servers:
                break
        took = watch.daemon.clock.now().mono - begun  # before the daemon ends, which may take its time

    assert [row.state for row in change.servers] == ["offline"]
    assert took < 0.1


async def test_what_no_event_tells_is_told_within_some_seconds(tmp_path: Path) -> None:
    """As of the tags, which another automaton.yml gives."""
    async with watching(tmp_path) as watch, aclosing(watch.daemon.host.changes.changes()) as told:
        await watch.seconds(60)
        await anext(told), await anext(told)
        for _ in range(2 * ROUND):
            await anext(told)
        settings = tmp_path / "automaton.yml"
        settings.write_text(
            settings.read_text().replace("tags:\n", "tags:\n  young: {name: lobby}\n")
            + "web: {status: {groups: {All: {name: '*'}}}}\n"
        )
        assert (await watch.daemon.reload()).taken
        begun = watch.daemon.clock.now().mono
        rows = {}
        async for change in told:
            rows.update({row.name: row for row in change.servers})
            if watch.daemon.clock.now().mono - begun >= 2 * ROUND:
                break

    assert "young" in rows["lobby"].tags
    assert {name: row.status_groups for name, row in rows.items()} == {"lobby": ["All"], "valheim": ["All"]}


async def test_a_follower_that_left_is_forgotten(tmp_path: Path) -> None:
    async with watching(tmp_path) as watch:
        async with aclosing(watch.daemon.host.changes.changes()) as told:
            assert isinstance(await anext(told), FleetChange)
            assert len(watch.daemon.host.changes.followers) == 1

        assert not watch.daemon.host.changes.followers
