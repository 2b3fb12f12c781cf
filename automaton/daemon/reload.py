"""A reload: all files are read and judged first; then all is taken, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import anyio
import anyio.to_thread
import structlog
from starlette.routing import Route

from automaton.checkpoint import waiting_at_checkpoints
from automaton.configuration.load import CheckedConfiguration, Configuration
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.connections import same_panels
from automaton.daemon.systemd import Systemd
from automaton.pace.clock import Clock
from automaton.pace.loop_first import loop_first
from automaton.settings.model import Settings
from automaton.web.routes import reload
from automaton.web.routes.reload import Reloaded

NO_RULES = "the file or folder that `rules` names is gone; the old rules stay"
MISTAKES = "there are mistakes; the old configuration stays"
UNREADABLE = "a file cannot be read at present ({}); the old configuration stays"
STATE_ELSEWHERE = "another `state` needs a restart, for its lock stands there: systemctl restart automaton"
LISTENS_ELSEWHERE = "another `listen` needs a restart: systemctl restart automaton"
CLUSTER_ELSEWHERE = "another `cluster` needs a restart: systemctl restart automaton"
NEEDS_RESTART = "another Panel, node, key, origin or refresh needs a restart: systemctl restart automaton"


class Reload:
    """What it cannot take is said loudly, and the old configuration stays.

    `taken_at` is when what is in force was read: at the start, or at the last reload that was taken.

    `load` reads all files. `take` puts a configuration that was found good into force, and may not fail.
    `summary` is the line that `systemctl status` shows afterwards. `told` is given each answer and who asked.
    `packs` are those whose lines come in: what reads them is made ready beside the engine, which reads on.
    `first` gives what the thread that reads is to call at each checkpoint.
    """

    def __init__(
        self,
        active: ActiveConfiguration,
        load: Callable[[], CheckedConfiguration],
        take: Callable[[Configuration], None],
        systemd: Systemd,
        summary: Callable[[], object],
        clock: Clock,
        told: Callable[[Reloaded, str], object] = lambda _answer, _who: None,
        packs: Callable[[], Iterable[str]] = tuple,
        first: Callable[[], Callable[[], object]] = loop_first,
    ) -> None:
        self.last: Reloaded | None = None
        self.taken_at = clock.now()
        self._active = active
        self._load = load
        self._take = take
        self._systemd = systemd
        self._summary = summary
        self._clock = clock
        self._told = told
        self._packs = packs
        self._first = first
        self._turn = anyio.Lock()
        self._log = structlog.get_logger()

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return reload.routes(self)

    async def reload(self, who: str = "") -> Reloaded:
        """Whether the new configuration was taken. One at a time: a signal may come during a command.

        A signal tells of nobody: `who` is empty then.
        """
        async with self._turn:
            self._systemd.reloading(self._clock.now())
            try:
                answer = self.last = await self._read_and_take()
            finally:
                self._systemd.ready(str(self._summary()))
            self._told(answer, who)
        return answer

    async def _read_and_take(self) -> Reloaded:
        try:
            packs = frozenset(self._packs())
            load = partial(self._load_for, packs, self._first())
            found = await anyio.to_thread.run_sync(load, abandon_on_cancel=True)
        except OSError as unreadable:  # such as no descriptor left, while strangers hold them all
            return self._refuse(UNREADABLE.format(unreadable.strerror or unreadable))
        for problem in found.problems:
            log = self._log.error if problem.severity == "error" else self._log.warning
            log("reload.problem", problem=str(problem))
        new = found.configuration
        if reason := self._against(new):
            return self._refuse(reason, *map(str, found.problems))
        assert new is not None
        self._take(new)
        self.taken_at = self._clock.now()
        self._log.info("reload.done", rules=len(new.book.rules), arm=new.limits.arm.value)
        return Reloaded(True, problems=[str(problem) for problem in found.problems])

    def _load_for(self, packs: frozenset[str], wait: Callable[[], object]) -> CheckedConfiguration:
        with waiting_at_checkpoints(wait):
            found = self._load()
            if found.configuration is not None:
                found.configuration.book.index.prepare(packs)
        return found

    def _refuse(self, reason: str, *problems: str) -> Reloaded:
        self._log.error("reload.refused", reason=reason)
        return Reloaded(False, reason, list(problems))

    def _against(self, new: Configuration | None) -> str:
        """Why this configuration cannot be taken now, or ""."""
        if new is None:
            return MISTAKES
        before = self._active.settings
        if self._active.book.rules and not new.settings.rules.exists():
            return NO_RULES
        if not same_panels(before, new.settings):
            return NEEDS_RESTART
        if before.state != new.settings.state:
            return STATE_ELSEWHERE
        if before.cluster != new.settings.cluster:
            return CLUSTER_ELSEWHERE
        return LISTENS_ELSEWHERE if _ports(before) != _ports(new.settings) else ""


def _ports(settings: Settings) -> tuple[object, ...]:
    """What is listened at, and what for: a first user makes the page of what was for hooks alone."""
    return settings.listen, settings.page_address, settings.hooks_address
