"""The two endpoints of a running daemon: the control socket, and the port for hooks.

The daemon is worth more than either: where one cannot be had it goes on without, and says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import structlog
from starlette.types import ASGIApp

from automaton.daemon.logs.crowd_log import CrowdLog
from automaton.errors import Refused
from automaton.pace.clock import Clock
from automaton.web.connection_room import ConnectionRoom
from automaton.web.hooks import HooksApi
from automaton.web.listener import listening, listening_at, serve

HOOKS_AT_ONCE = 100  # connections; a call takes some milliseconds, so many are never needed
OF_AN_ADDRESS = 40  # of these; all that come through one proxy have its address


class Control(Protocol):
    """What answers there (`web/control_api.py`)."""

    @property
    def app(self) -> ASGIApp:
        """The routes."""

    def end(self) -> None:
        """Ends what has no end of its own."""


async def serve_control(path: Path, api: Control) -> None:
    """Answers at the control socket, until cancelled."""
    log = structlog.get_logger()
    try:
        with listening(path) as listener:
            log.info("control.listening", socket=str(path))
            await serve(api.app, listener, api.end)
    except Refused as problem:
        log.warning("control.unavailable", reason=str(problem))


async def serve_hooks(host: str, port: int, key: str, api: HooksApi, clock: Clock) -> None:
    """Takes calls of hooks, until cancelled. `key` is where automaton.yml names the port."""
    log = structlog.get_logger()
    try:
        with listening_at(host, port, key) as listener:
            log.info("hooks.listening", address="{}:{}".format(*listener.getsockname()[:2]))
            room = ConnectionRoom(HOOKS_AT_ONCE, OF_AN_ADDRESS, CrowdLog(clock))
            await serve(api.app, listener, room=room)
    except Refused as problem:
        log.warning("hooks.unavailable", reason=str(problem))
