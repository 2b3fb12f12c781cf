"""Minecraft: what the machine prints is acted on, what players type is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.events import State
from tests.rules.watch import Watch, watching

pytestmark = pytest.mark.anyio

OUT_OF_HEAP = 'Exception in thread "Server thread" java.lang.OutOfMemoryError: Java heap space'


async def test_out_of_heap_restarts_the_server(tmp_path: Path) -> None:
    async with watching(tmp_path, "minecraft-out-of-heap.yml") as watch:
        watch.befall("print", lines=[OUT_OF_HEAP])
        await watch.seconds(120)

        assert watch.power == ["restart lobby"]
        assert watch.state() is State.RUNNING
        assert watch.told == ["ops: lobby ran out of heap, restarting"]
        assert OUT_OF_HEAP in watch.bodies[0]


async def test_out_of_heap_again_within_ten_minutes_restarts_nothing(tmp_path: Path) -> None:
    async with watching(tmp_path, "minecraft-out-of-heap.yml") as watch:
        watch.befall("print", lines=[OUT_OF_HEAP, OUT_OF_HEAP])
        await watch.seconds(120)
        watch.befall("print", lines=[OUT_OF_HEAP])
        await watch.seconds(120)
        assert watch.power == ["restart lobby"]

        await watch.seconds(600)
        watch.befall("print", lines=[OUT_OF_HEAP])
        await watch.seconds(120)
        assert watch.power == ["restart lobby", "restart lobby"]


async def test_a_server_that_hangs_out_of_heap_is_killed_and_comes_up(tmp_path: Path) -> None:
    async with watching(tmp_path, "minecraft-out-of-heap.yml") as watch:
        watch.befall("print", lines=[OUT_OF_HEAP])
        watch.befall("freeze")
        await watch.seconds(180)

        assert watch.power[:2] == ["restart lobby", "kill lobby"]
        assert watch.state() is State.RUNNING


@pytest.mark.parametrize(
    "words",
    [
        "[12:00:00] [Server thread/INFO]: <Eve> java.lang.OutOfMemoryError",
        "[12:00:00] [Server thread/INFO]: [Not Secure] <Eve> java.lang.OutOfMemoryError",
        "[12:00:00] [Server thread/INFO]: * Eve java.lang.OutOfMemoryError",
        "[12:00:00] [Server thread/INFO]: <Eve> hi \rjava.lang.OutOfMemoryError",
        "[12:00:00] [Server thread/INFO]: Eve issued server command: /tell Bob java.lang.OutOfMemoryError",
    ],
)
async def test_a_player_who_types_the_words_restarts_nothing(tmp_path: Path, words: str) -> None:
    async with watching(tmp_path, "minecraft-out-of-heap.yml") as watch:
        watch.befall("print", lines=[words])
        await watch.seconds(60)

        assert (watch.power, watch.told) == ([], [])


async def test_eight_lag_warnings_in_five_minutes_are_told_and_their_end_too(tmp_path: Path) -> None:
    async with watching(tmp_path, "minecraft-lag.yml") as watch:
        await _lag(watch, times=8, every=30)
        assert len(watch.told) == 1
        assert watch.told[0].startswith("ops: lobby overloaded: 8 warnings in 5m, last ")

        await watch.seconds(550)
        assert len(watch.told) == 1

        await watch.seconds(60)
        assert watch.told[1:] == ["ops: lobby keeps up again after 10m"]


async def test_seven_lag_warnings_are_not_told(tmp_path: Path) -> None:
    async with watching(tmp_path, "minecraft-lag.yml") as watch:
        await _lag(watch, times=7, every=30)
        await watch.seconds(600)

        assert watch.told == []


async def test_lag_that_goes_on_is_one_incident(tmp_path: Path) -> None:
    async with watching(tmp_path, "minecraft-lag.yml") as watch:
        await _lag(watch, times=60, every=15)

        assert len(watch.told) == 1


async def test_a_frozen_server_is_asked_and_restarted(tmp_path: Path) -> None:
    async with watching(tmp_path, "minecraft-silent.yml") as watch:
        watch.befall("freeze")
        await watch.seconds(625)
        assert watch.power == []

        await watch.seconds(180)
        assert watch.power[0] == "restart lobby"
        assert watch.state() is State.RUNNING
        assert watch.told[0].startswith("ops: lobby frozen: quiet for 10m")


async def test_a_quiet_server_answers_and_is_let_alone(tmp_path: Path) -> None:
    async with watching(tmp_path, "minecraft-silent.yml") as watch:
        await watch.seconds(3600)

        assert (watch.power, watch.told) == ([], [])
        assert set(watch.commands) == {"list lobby"}


async def test_a_server_that_hangs_by_its_own_watchdog_is_asked_and_restarted(tmp_path: Path) -> None:
    async with watching(tmp_path, "minecraft-hang.yml") as watch:
        watch.befall("print", lines=["[12:00:00 ERROR]: The server has stopped responding!"])
        watch.befall("freeze")
        await watch.seconds(85)
        assert watch.power == []

        await watch.seconds(180)
        assert watch.power[0] == "restart lobby"
        assert watch.state() is State.RUNNING
        assert watch.told[0].startswith("ops: lobby hangs: its watchdog told a minute ago")


async def test_a_hang_that_passed_restarts_nothing(tmp_path: Path) -> None:
    async with watching(tmp_path, "minecraft-hang.yml") as watch:
        watch.befall("print", lines=["[12:00:00 ERROR]: The server has not responded for 10 seconds!"])
        await watch.seconds(300)

        assert (watch.power, watch.told) == ([], [])


async def test_a_crash_report_is_told_with_its_file(tmp_path: Path) -> None:
    async with watching(tmp_path, "minecraft-crash-report.yml") as watch:
        watch.befall("crash", code=1)
        await watch.seconds(60)

        assert len(watch.told) == 1
        assert watch.told[0].startswith(
            "ops: lobby has crashed, its report is /home/container/./crash-reports/"
        )


async def test_a_visit_is_chronicled_once_each(tmp_path: Path) -> None:
    async with watching(tmp_path, "minecraft-chronicle.yml") as watch:
        watch.befall("join", player="Alex")
        await watch.seconds(5)
        watch.befall("print", lines=["[12:00:00] [Server thread/INFO]: Alex was slain by Zombie"])
        watch.befall(
            "print", lines=["[12:00:00] [Server thread/INFO]: Alex has made the advancement [Wax On]"]
        )
        await watch.seconds(5)

        assert watch.told == [
            "ops: Alex joined lobby",
            "ops: Alex was slain by Zombie on lobby",
            "ops: Alex has achieved Wax On on lobby",
        ]


async def _lag(watch: Watch, *, times: int, every: float) -> None:
    for _ in range(times):
        watch.befall("lag")
        await watch.seconds(every)
