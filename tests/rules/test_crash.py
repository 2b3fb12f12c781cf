"""Crashes: told with their last lines, taken over where Wings gives up, and no human is overruled."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.events import State
from tests.rules.watch import watching

pytestmark = pytest.mark.anyio


async def test_a_crash_is_told_once_with_its_last_lines(tmp_path: Path) -> None:
    async with watching(tmp_path, "crash-alert.yml") as watch:
        watch.befall("crash", code=3)
        await watch.seconds(60)

        assert watch.told == ["ops: lobby crashed (exit code 3, out of memory: no)"]
        assert "java.lang.NullPointerException: Ticking entity" in watch.bodies[0]
        assert (watch.power, watch.commands) == ([], [])


async def test_a_kill_by_the_kernel_is_told_as_out_of_memory(tmp_path: Path) -> None:
    async with watching(tmp_path, "crash-alert.yml") as watch:
        watch.befall("crash", server="valheim", oom=True)
        await watch.seconds(60)

        assert watch.told == ["ops: valheim crashed (exit code 137, out of memory: yes)"]


async def test_a_first_crash_is_left_to_wings(tmp_path: Path) -> None:
    async with watching(tmp_path, "crash-recover.yml") as watch:
        watch.befall("crash")
        await watch.seconds(300)

        assert watch.state() is State.RUNNING
        assert (watch.power, watch.told) == ([], [])


async def test_where_wings_gives_up_the_server_is_started(tmp_path: Path) -> None:
    async with watching(tmp_path, "crash-recover.yml") as watch:
        await watch.crash_twice()
        await watch.seconds(120)

        assert watch.power == ["start lobby"]
        assert watch.state() is State.RUNNING
        assert watch.told == ["ops: lobby crashed (exit code 1) and is running again"]


async def test_the_second_start_waits_two_minutes(tmp_path: Path) -> None:
    async with watching(tmp_path, "crash-recover.yml") as watch:
        await watch.crash_twice()
        await watch.until(lambda: watch.told != [])
        watch.befall("crash")
        await watch.seconds(110)
        assert (watch.power, watch.state()) == (["start lobby"], State.OFFLINE)

        await watch.seconds(60)
        assert (watch.power, watch.state()) == (["start lobby"] * 2, State.RUNNING)


async def test_a_server_that_is_taken_over_is_not_told_as_down_when_it_is_about_to_be_back(
    tmp_path: Path,
) -> None:
    async with watching(tmp_path, "crash-recover.yml", "server-down.yml") as watch:
        await watch.crash_twice()
        await watch.until(lambda: watch.told != [])
        watch.befall("crash")
        await watch.seconds(300)

        assert (watch.power, watch.state()) == (["start lobby"] * 2, State.RUNNING)
        assert watch.told == ["ops: lobby crashed (exit code 1) and is running again"] * 2


async def test_the_fourth_crash_in_an_hour_trips_the_breaker_and_somebody_is_called(tmp_path: Path) -> None:
    async with watching(tmp_path, "crash-recover.yml") as watch:
        for _ in range(4):
            await watch.crash_twice()
            await watch.seconds(700)

        assert watch.power == ["start lobby"] * 3
        assert watch.state() is State.OFFLINE
        assert watch.told[3:] == ["oncall: lobby: fourth crash in 1h (exit code 1); automatic starts are off"]


async def test_a_server_that_a_human_stopped_stays_down(tmp_path: Path) -> None:
    async with watching(tmp_path, "crash-alert.yml", "crash-recover.yml", "server-down.yml") as watch:
        watch.befall("stop")
        await watch.seconds(600)

        assert watch.state() is State.OFFLINE
        assert (watch.power, watch.told) == ([], [])
