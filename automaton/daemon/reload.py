"""A reload: all files are read and judged first; then all is taken, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
import structlog

from automaton.configuration.load import Configuration, Found
from automaton.daemon.addresses import addresses_of
from automaton.daemon.fleet import beat_of, channels_of, same_panels
from automaton.daemon.logs import set_up_logs
from automaton.daemon.programs import programs_of
from automaton.web.routes.reload import Reloaded

if TYPE_CHECKING:
    from automaton.daemon.app import Daemon

NO_RULES = "the file or folder that `rules` names is gone; the old rules stay"
MISTAKES = "there are mistakes; the old configuration stays"
STATE_ELSEWHERE = "another `state` needs a restart, for its lock stands there: systemctl restart automaton"
LISTENS_ELSEWHERE = "another `listen` needs a restart: systemctl restart automaton"
NEEDS_RESTART = "another Panel, node, key, origin or refresh needs a restart: systemctl restart automaton"


class Reload:
    """Reloads a daemon. What it cannot take is said loudly, and the old configuration stays."""

    def __init__(self, daemon: Daemon, load: Callable[[], Found]) -> None:
        self._daemon = daemon
        self._load = load
        self._turn = anyio.Lock()
        self._log = structlog.get_logger()

    async def run(self) -> Reloaded:
        """Whether the new configuration was taken. One at a time: a signal may come during a command."""
        daemon = self._daemon
        async with self._turn:
            daemon.systemd.reloading(daemon.clock.now())
            try:
                return await self._take()
            finally:
                daemon.systemd.ready(str(daemon.standings()))

    async def _take(self) -> Reloaded:
        daemon = self._daemon
        found = await anyio.to_thread.run_sync(self._load, abandon_on_cancel=True)
        for problem in found.problems:
            log = self._log.error if problem.severity == "error" else self._log.warning
            log("reload.problem", problem=str(problem))
        new = found.configuration
        if reason := self._against(new):
            self._log.error("reload.refused", reason=reason)
            return Reloaded(False, reason, [str(problem) for problem in found.problems])
        assert new is not None
        if new.settings.log != daemon.configuration.settings.log:
            set_up_logs(new, daemon.env)
        daemon.configuration = new
        now = daemon.clock.now()
        daemon.recorder.adopts(now)
        daemon.drive.hand_on(daemon.engine.adopt(new.book, new.limits, now))
        daemon.post.change(channels_of(new.settings))
        daemon.addresses.named = addresses_of(new.settings)
        daemon.programs.named = programs_of(new.settings)
        daemon.fleet.choose(new)
        daemon.heartbeat.beat = beat_of(new.settings)
        self._log.info("reload.done", rules=len(new.book.rules), arm=new.limits.arm.value)
        return Reloaded(True, problems=[str(problem) for problem in found.problems])

    def _against(self, new: Configuration | None) -> str:
        """Why this configuration cannot be taken now, or ""."""
        if new is None:
            return MISTAKES
        before = self._daemon.configuration.settings
        if self._daemon.configuration.book.rules and not new.settings.rules.exists():
            return NO_RULES
        if not same_panels(before, new.settings):
            return NEEDS_RESTART
        if before.state != new.settings.state:
            return STATE_ELSEWHERE
        return LISTENS_ELSEWHERE if before.listen != new.settings.listen else ""
