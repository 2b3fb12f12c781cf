"""The page's process, seen from the daemon: started, told its settings, started again when it ends.

The daemon is worth more than its page: where the page cannot be had it goes on without, and says so. The
child ends with its standard input, so that none is left behind whatever ends the daemon.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random
from typing import TextIO

import anyio
import msgspec
import structlog
from anyio.abc import Process

from automaton.errors import Refused
from automaton.pace.backoff import Backoff
from automaton.pace.clock import Clock
from automaton.web.listener import listening_at
from automaton.web.pages.page_settings import PageSettings

ENDS_WITHIN = 3.0  # seconds for requests under way when the daemon ends
STEADY = 60.0  # seconds of life after which a next end is no consequence of the last
BACKOFF = Backoff()
KEPT = frozenset({"HOME", "JOURNAL_STREAM", "LANG", "NO_COLOR", "PATH", "TERM", "TMPDIR", "TZ"})
"""What the page has of the environment: secrets may stand in it, and systemd's socket for notifications."""

COMMAND: Sequence[str] = (sys.executable, "-P", "-m", "automaton.daemon.page")


class PageProcess:
    """Keeps one page running at an address. `settings` is asked at each start and each `change`."""

    def __init__(
        self,
        host: str,
        port: int,
        settings: Callable[[], PageSettings],
        clock: Clock,
        chance: Random,
        command: Sequence[str] = COMMAND,
        *,
        output: TextIO | None = None,
    ) -> None:
        self._at = (host, port)
        self._settings = settings
        self._clock = clock
        self._chance = chance
        self._command = command
        self._output = output
        self._child: Process | None = None
        self._log = structlog.get_logger()
        self._changed = anyio.Event()
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """Of the page that runs, None where none does."""
        return self._child.pid if self._child is not None else None

    async def run(self) -> None:
        """Until cancelled. An address that cannot be had is told once, and tried again.

        The page of a daemon that was killed may keep it for a moment.
        """
        tries = 0
        while True:
            try:
                with listening_at(*self._at) as listener:
                    self._log.info("page.listening", address="{}:{}".format(*listener.getsockname()[:2]))
                    await self._again_and_again(listener)
            except Refused as problem:
                tries += 1
                if tries == 1:
                    self._log.warning("page.unavailable", reason=f"{problem}; it is tried again and again")
                await anyio.sleep(BACKOFF.wait(tries, self._chance))

    def change(self) -> None:
        """Hands the settings on, as after a reload."""
        self._changed.set()

    async def _again_and_again(self, listener: socket.socket) -> None:
        tries = 0
        while True:
            begun = self._clock.now().mono
            try:
                code = await self._once(listener)
            except OSError as problem:
                why = problem.strerror or str(problem)
            else:
                why = f"it ended with {code}" if code >= 0 else f"signal {-code} ended it"
            tries = 1 if self._clock.now().mono - begun >= STEADY else tries + 1
            wait = BACKOFF.wait(tries, self._chance)
            self._log.error("page.ended", reason=why, again_in=round(wait, 1))
            await anyio.sleep(wait)

    async def _once(self, listener: socket.socket) -> int:
        """The exit code of one page."""
        number = listener.fileno()
        process = await anyio.open_process(
            [*self._command, str(number)],
            stdin=-1,
            stdout=self._output,
            stderr=self._output,
            pass_fds=[number],
            env={name: value for name, value in os.environ.items() if _is_kept(name)},
        )
        self._child = process
        self.starts += 1
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._tell, process, name="page settings")
                code = await process.wait()
                tasks.cancel_scope.cancel()
            return code
        finally:
            self._child = None
            with anyio.CancelScope(shield=True):
                await _end(process)

    async def _tell(self, process: Process) -> None:
        """The settings of now, and again whenever they change."""
        assert process.stdin is not None
        # A page that ended is started again, and told then.
        with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
            while True:
                self._changed = anyio.Event()
                await process.stdin.send(msgspec.json.encode(self._settings()) + b"\n")
                await self._changed.wait()


def _is_kept(name: str) -> bool:
    return name in KEPT or name.startswith(("LC_", "PYTHON"))


async def _end(process: Process) -> None:
    """Its input ends, and so does it; one that does not is killed."""
    assert process.stdin is not None
    await process.stdin.aclose()
    with anyio.move_on_after(ENDS_WITHIN):
        await process.wait()
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
