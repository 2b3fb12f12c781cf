"""Memory with hysteresis: it must hold, players are warned, and what recovers is not restarted."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.events import State
from tests.rules.watch import watching

pytestmark = pytest.mark.anyio


async def test_high_memory_is_told_after_five_minutes_and_restarted_five_later(tmp_path: Path) -> None:
    async with watching(tmp_path, "memory.yml") as watch:
        watch.befall("memory", server="valheim", percent=95)
        await watch.seconds(295)
        assert watch.told == []

        await watch.seconds(10)
        assert watch.told == ["ops: valheim memory 95 % for 5m, restart in 5m unless it recovers"]
        assert watch.power == []

        await watch.seconds(290)
        assert watch.power == []

        await watch.seconds(60)
        assert watch.power == ["restart valheim"]
        assert watch.state("valheim") is State.RUNNING
        assert watch.told[1].startswith("ops: valheim memory back at ")
        assert len(watch.told) == 2


async def test_memory_that_recovers_restarts_nothing(tmp_path: Path) -> None:
    async with watching(tmp_path, "memory.yml") as watch:
        watch.befall("memory", server="valheim", percent=95)
        await watch.seconds(420)
        watch.befall("memory", server="valheim", percent=70)
        await watch.seconds(900)

        assert watch.power == []
        assert len(watch.told) == 2
        assert watch.told[1].startswith("ops: valheim memory back at 70 % after 2m")


async def test_between_the_bounds_it_stays_open(tmp_path: Path) -> None:
    async with watching(tmp_path, "memory.yml") as watch:
        watch.befall("memory", server="valheim", percent=95)
        await watch.seconds(330)
        watch.befall("memory", server="valheim", percent=85)
        await watch.seconds(200)

        assert len(watch.told) == 1
        assert [one.phase for one in watch.daemon.host.engine.rule_states()] == ["open"]


async def test_a_dip_while_it_is_held_begins_the_five_minutes_anew(tmp_path: Path) -> None:
    async with watching(tmp_path, "memory.yml") as watch:
        watch.befall("memory", server="valheim", percent=95)
        await watch.seconds(200)
        watch.befall("memory", server="valheim", percent=89)
        await watch.seconds(5)
        watch.befall("memory", server="valheim", percent=95)
        await watch.seconds(290)
        assert watch.told == []

        await watch.seconds(20)
        assert len(watch.told) == 1


async def test_a_lost_link_is_no_recovery_and_no_alarm(tmp_path: Path) -> None:
    async with watching(tmp_path, "memory.yml") as watch:
        watch.befall("memory", server="valheim", percent=95)
        await watch.seconds(200)
        watch.world.nodes[0].restart(150)
        await watch.seconds(150)
        assert watch.told == []

        await watch.seconds(180)
        assert len(watch.told) == 1


async def test_a_jvm_may_sit_near_its_limit(tmp_path: Path) -> None:
    async with watching(tmp_path, "memory.yml") as watch:
        watch.befall("memory", percent=97)
        await watch.seconds(900)

        assert (watch.told, watch.power) == ([], [])
