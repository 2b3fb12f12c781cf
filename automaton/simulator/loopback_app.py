"""Serves an ASGI application on the loopback, by uvicorn: a Panel, the control API, the demo's receiver."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import anyio
import uvicorn
from starlette.applications import Starlette

from automaton.simulator.listening_ports import HOST, listen

GRACE = 1  # seconds for open requests when the server ends


class _UvicornWithoutSignals(uvicorn.Server):
    """uvicorn without its signal handlers: the caller decides when it ends."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def loopback_app(app: Starlette, listener: socket.socket | None = None) -> AsyncIterator[str]:
    """Serves an application on the loopback until the block is left; yields its address.

    `listener` listens already, and is closed at the end; without one any free port is taken.
    """
    listener = listener or listen()
    # Those that it accepts inherit it. asyncio sets it only where a socket names its protocol, which this
    # one does not, and the second half of each answer waited 40 ms for an acknowledgement of the first.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=GRACE
    )
    server = _UvicornWithoutSignals(config)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_run, server, listener, name="uvicorn")
        try:
            yield f"http://{HOST}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True


async def _run(server: uvicorn.Server, listener: socket.socket) -> None:
    # Cancelling would leave its sockets open; `should_exit` ends it within GRACE seconds.
    with anyio.CancelScope(shield=True), listener:
        await server.serve(sockets=[listener])
