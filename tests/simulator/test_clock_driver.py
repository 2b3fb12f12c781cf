from __future__ import annotations

import anyio
import pytest

from automaton.pace.clock import SteadyClock
from automaton.simulator.clock_driver import driven
from automaton.simulator.simulated_world import SimulatedWorld

pytestmark = pytest.mark.anyio


async def test_a_world_lives_while_nobody_asks_for_it(clock: SteadyClock) -> None:
    world = SimulatedWorld.build(clock, servers=2, chatter=0.0)

    async with driven(world, clock):
        await anyio.sleep(20)
        states = {server.state for server in world.servers()}

    assert states == {"running"}


async def test_a_nearer_deadline_wakes_it(clock: SteadyClock) -> None:
    world = SimulatedWorld.build(clock, servers=1, running=False)
    began = clock.now().mono
    seen: list[float] = []

    async with driven(world, clock):
        world.schedule.after(1000.0, lambda: seen.append(clock.now().mono - began))
        await anyio.sleep(5)
        world.catch_up()
        world.schedule.after(2.0, lambda: seen.append(clock.now().mono - began))
        await anyio.sleep(10)

    assert seen == [pytest.approx(7.0)]


async def test_it_ends_with_its_block(clock: SteadyClock) -> None:
    world = SimulatedWorld.build(clock, servers=1)

    with anyio.fail_after(1):
        async with driven(world, clock):
            pass


async def test_with_a_grain_what_is_nearly_due_is_done_in_one_go_and_each_thinks_it_is_its_moment(
    clock: SteadyClock,
) -> None:
    world = SimulatedWorld.build(clock, servers=1, running=False)
    done: list[tuple[float, float]] = []
    began = clock.now().mono

    async with driven(world, clock, grain=0.5):
        for seconds in (0.1, 0.2, 0.3):
            world.schedule.after(
                seconds, lambda: done.append((clock.now().mono - began, world.schedule.now.mono - began))
            )
        await anyio.sleep(2)

    assert len({round(real, 6) for real, _ in done}) == 1
    assert [told for _, told in done] == pytest.approx([0.1, 0.2, 0.3])
