"""SIGTERM and SIGINT end the daemon, SIGHUP has it read its files again."""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import anyio
from anyio.abc import TaskGroup, TaskStatus


async def obey_signals(
    tasks: TaskGroup,
    reload: Callable[[], Coroutine[Any, Any, object]],
    stop: Callable[[], Awaitable[None]],
    hung_up: Callable[[], bool],
    *,
    task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
) -> None:
    """Until the first that ends it. `hung_up`: whether a SIGHUP came before this."""
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT, signal.SIGHUP) as received:
        task_status.started()
        if hung_up():
            tasks.start_soon(reload, name="reload")
        async for number in received:
            if number == signal.SIGHUP:
                tasks.start_soon(reload, name="reload")  # in its own time: SIGTERM always wins
            else:
                await stop()
                return
