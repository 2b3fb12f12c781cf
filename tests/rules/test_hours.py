"""A whole daemon over an hour in which something fails each minute: it does not grow."""

from __future__ import annotations

import gc
from pathlib import Path
from random import Random

import pytest

from automaton.simulator.games.eggs import PAPER, VALHEIM
from automaton.simulator.wings.server_build import ServerBuild
from tests.rules.watch import Watch, watching

pytestmark = pytest.mark.anyio

SERVERS = [
    ServerBuild(
        uuid=f"{number:08x}-0000-4000-8000-000000000000", name=f"s{number}",
        egg=PAPER if number % 2 else VALHEIM, chatter=0.3,
    )
    for number in range(4)
]  # fmt: skip


async def test_after_an_hour_of_faults_a_daemon_has_as_many_objects_as_after_a_third_of_it(
    tmp_path: Path,
) -> None:
    async with watching(tmp_path, servers=SERVERS, nodes=2) as watch:
        chance, looks = Random(3), []
        for _ in range(3):
            for minute in range(20):
                await watch.seconds(30.0 + chance.random())
                watch.befall(chance.choice(("crash", "drop", "restart", "start")), server=f"s{minute % 4}")
                await watch.seconds(30.0)
            looks.append(objects(watch))

    assert max(looks[1:]) < looks[0] + 100, looks


def objects(watch: Watch) -> int:
    """How many containers there are, without what the test and the simulator write down."""
    watch.recorder.got.clear()
    gc.collect()
    return len(gc.get_objects()) - len(watch.world.log.entries())
