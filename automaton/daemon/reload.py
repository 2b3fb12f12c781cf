"""A reload: all files are read and judged first; then all is taken, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import anyio.to_thread
import structlog

from automaton.configuration.load import Found
from automaton.daemon.fleet import channels_of, same_panels

if TYPE_CHECKING:
    from automaton.daemon.app import Daemon

NEEDS_RESTART = "another Panel, key, origin or refresh needs a restart: systemctl restart automaton"


class Reload:
    """Reloads a daemon. What it cannot take is said loudly, and the old configuration stays."""

    def __init__(self, daemon: Daemon, load: Callable[[], Found]) -> None:
        self._daemon = daemon
        self._load = load
        self._log = structlog.get_logger()

    async def run(self) -> bool:
        """True if the new configuration was taken."""
        daemon = self._daemon
        daemon.systemd.reloading(daemon.clock.now())
        try:
            return await self._take()
        finally:
            daemon.systemd.ready(str(daemon.standings()))

    async def _take(self) -> bool:
        daemon = self._daemon
        found = await anyio.to_thread.run_sync(self._load)
        for problem in found.problems:
            log = self._log.error if problem.severity == "error" else self._log.warning
            log("reload.problem", problem=str(problem))
        new = found.configuration
        if new is None:
            self._log.error("reload.refused", reason="there are mistakes; the old configuration stays")
            return False
        if not same_panels(daemon.configuration.settings, new.settings):
            self._log.error("reload.refused", reason=NEEDS_RESTART)
            return False
        daemon.configuration = new
        daemon.drive.hand_on(daemon.engine.adopt(new.book, new.limits, daemon.clock.now()))
        daemon.post.change(channels_of(new.settings))
        daemon.fleet.choose(new)
        self._log.info("reload.done", rules=len(new.book.rules), arm=new.limits.arm.value)
        return True
