"""Servers that will not stop, that are down, that are back, that were installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.events import State
from tests.rules.watch import watching

pytestmark = pytest.mark.anyio


async def test_a_server_that_hangs_while_stopping_is_killed(tmp_path: Path) -> None:
    async with watching(tmp_path, "stuck-stopping.yml") as watch:
        watch.befall("freeze")
        watch.befall("stop")
        await watch.seconds(170)
        assert (watch.state(), watch.power) == (State.STOPPING, [])

        await watch.seconds(20)
        assert (watch.state(), watch.power) == (State.OFFLINE, ["kill lobby"])
        assert watch.told == ["ops: lobby would not stop, killed"]


async def test_a_server_that_stops_in_time_is_not_killed(tmp_path: Path) -> None:
    async with watching(tmp_path, "stuck-stopping.yml") as watch:
        watch.befall("stop")
        await watch.seconds(300)

        assert (watch.state(), watch.power, watch.told) == (State.OFFLINE, [], [])


async def test_a_server_that_is_down_after_a_crash_is_told_and_its_return_too(tmp_path: Path) -> None:
    async with watching(tmp_path, "server-down.yml") as watch:
        await watch.crash_twice()
        await watch.seconds(170)
        assert watch.told == []

        await watch.seconds(20)
        assert watch.told == ["ops: lobby is down (crash)"]

        watch.befall("start")
        await watch.seconds(30)
        assert watch.told[1].startswith("ops: lobby is back after ")
        assert len(watch.told) == 2


async def test_a_crash_during_a_lost_link_is_told_afterwards(tmp_path: Path) -> None:
    async with watching(tmp_path, "server-down.yml") as watch:
        watch.world.nodes[0].restart(30)
        await watch.crash_twice()
        await watch.seconds(240)

        assert watch.told == ["ops: lobby is down (unseen)"]


async def test_a_crash_that_wings_mends_in_time_is_not_told(tmp_path: Path) -> None:
    async with watching(tmp_path, "server-down.yml") as watch:
        watch.befall("crash")
        await watch.seconds(300)

        assert (watch.state(), watch.told) == (State.RUNNING, [])


async def test_a_server_out_of_sight_is_told_after_five_minutes_and_its_return_too(tmp_path: Path) -> None:
    async with watching(tmp_path, "link-lost.yml", "server-down.yml") as watch:
        watch.world.nodes[0].restart(600)
        await watch.seconds(295)
        assert watch.told == []

        await watch.seconds(15)
        assert sorted(watch.told) == [
            "ops: lobby on node-1 is out of sight: nothing is known of it",
            "ops: valheim on node-1 is out of sight: nothing is known of it",
        ]

        await watch.seconds(600)
        assert sorted(text.split(" after ")[0] for text in watch.told[2:]) == [
            "ops: lobby is in sight again",
            "ops: valheim is in sight again",
        ]


async def test_a_short_restart_of_wings_is_not_told(tmp_path: Path) -> None:
    async with watching(tmp_path, "link-lost.yml", "server-down.yml") as watch:
        watch.world.nodes[0].restart(60)
        await watch.seconds(900)

        assert watch.told == []


async def test_the_end_of_an_installation_is_told(tmp_path: Path) -> None:
    async with watching(tmp_path, "install-finished.yml") as watch:
        watch.befall("reinstall")
        await watch.seconds(60)

        assert watch.told == ["ops: lobby: the installation has ended"]
        assert watch.power == []
