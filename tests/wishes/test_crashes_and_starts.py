"""Crash loops end, an update that does not hold is taken back, and who starts slowly has its time."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.events import State
from tests.rules.watch import LOBBY, Watch
from tests.wishes.moments import MINUTE
from tests.wishes.wish import fulfilling

pytestmark = pytest.mark.anyio
ONE = (LOBBY,)


async def crash_and_come_back(watch: Watch) -> None:
    """A crash more than a minute after the last, after which Wings starts the server again."""
    await watch.seconds(90)
    watch.befall("crash")
    await watch.seconds(10)


async def begin_to_start(watch: Watch) -> None:
    """Until its process runs, and is not up yet."""
    server = watch.world.server("lobby")
    await watch.until(lambda: watch.state() is State.STARTING and server.container is not None)


async def test_the_third_crash_in_a_quarter_of_an_hour_ends_the_loop(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "crash-loop", ONE) as watch:
        for _ in range(2):
            await crash_and_come_back(watch)
        assert (watch.state(), watch.power) == (State.RUNNING, [])

        await crash_and_come_back(watch)
        await watch.seconds(10 * MINUTE)
        assert (watch.state(), watch.power) == (State.OFFLINE, ["stop lobby"])
        assert watch.told == ["oncall: lobby crashed 3 times in a quarter of an hour: stopping it"]
        assert "Ticking entity" in watch.bodies[0]


async def test_crashes_far_apart_are_left_to_wings(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "crash-loop", ONE) as watch:
        for _ in range(3):
            await crash_and_come_back(watch)
            await watch.seconds(10 * MINUTE)

        assert (watch.state(), watch.power, watch.told) == (State.RUNNING, [], [])


async def test_an_update_that_crashes_is_taken_back_once(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "crash-rollback", ONE) as watch:
        await watch.crash_twice()
        await watch.seconds(MINUTE)
        assert watch.variables()["SERVER_JARFILE"] == "previous.jar"
        assert (watch.state(), watch.power) == (State.RUNNING, ["start lobby"])

        await watch.seconds(2 * MINUTE)
        await watch.crash_twice()
        await watch.seconds(10 * MINUTE)
        assert (watch.state(), watch.power) == (State.OFFLINE, ["start lobby"])
        assert watch.told == [
            "oncall: lobby crashed and runs with previous.jar again",
            "oncall: lobby crashes with the previous jar too: it is yours",
        ]


async def test_a_start_that_takes_its_time_is_let_be(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "slow-start", ONE) as watch:
        watch.befall("restart")
        await begin_to_start(watch)
        watch.befall("freeze")
        await watch.seconds(12 * MINUTE)
        watch.befall("thaw")
        await watch.seconds(12 * MINUTE)

        assert (watch.state(), watch.power, watch.told) == (State.RUNNING, [], [])


async def test_a_start_that_hangs_is_tried_once_more(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "slow-start", ONE) as watch:
        watch.befall("restart")
        await begin_to_start(watch)
        watch.befall("freeze")
        await watch.seconds(25 * MINUTE)

        assert watch.power == ["kill lobby", "start lobby"]
        assert watch.state() is State.RUNNING
        assert watch.told == [
            "ops: lobby has been starting for 20 minutes: killing it, once",
            "ops: lobby is up at the second try",
        ]
