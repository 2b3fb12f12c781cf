"""What signals do."""

from __future__ import annotations

import os
import signal

import anyio
import pytest

from automaton.daemon.signals import obey_signals

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_hang_up_reloads_also_one_that_came_before_and_a_termination_ends_it() -> None:
    did: list[str] = []
    reloaded = anyio.Event()

    async def reload() -> None:
        did.append("reload")
        if len(did) == 2:
            reloaded.set()

    async def stop() -> None:
        did.append("stop")

    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            await tasks.start(obey_signals, tasks, reload, stop, lambda: True)
            os.kill(os.getpid(), signal.SIGHUP)
            await reloaded.wait()
            os.kill(os.getpid(), signal.SIGTERM)

    assert did == ["reload", "reload", "stop"]
