"""Lets a world's time pass: sleeps until its next deadline, or until a nearer one is set."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from anyio.abc import TaskGroup

from automaton.pace.clock import Clock
from automaton.simulator.simulated_world import SimulatedWorld


@asynccontextmanager
async def driven(world: SimulatedWorld, clock: Clock, grain: float = 0.0) -> AsyncIterator[TaskGroup]:
    """The world's time passes within the block; tasks that move bytes go into the group, and end with it.

    What is due within `grain` seconds is done in one go: on many sockets that is half the work.
    """
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_drive, world, clock, grain, name="simulator drive")
        yield tasks
        tasks.cancel_scope.cancel()


async def _drive(world: SimulatedWorld, clock: Clock, grain: float) -> None:
    while True:
        world.catch_up()
        sooner = anyio.Event()
        world.schedule.on_sooner = sooner.set
        deadline = world.next_deadline()
        if deadline is None:
            await sooner.wait()
        else:
            # Sleeps even when something is due: the tasks just woken run first, for many timers at one moment
            # must not starve the sockets.
            with anyio.move_on_after(max(grain, deadline - clock.now().mono)):
                await sooner.wait()
