"""The journal for the daemon: takes entries at once, has a thread write them, tells when they are on disk.

Law: nothing here waits for a disk but `committed`, and that one not for ever. What is called back is called
in the thread of the event loop.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from itertools import count
from threading import Thread
from typing import Any

import anyio
import structlog
from anyio.lowlevel import current_token

from automaton.journal.backlog import Backlog
from automaton.journal.entry import Entry
from automaton.journal.port import Journals, Opened
from automaton.journal.writer_thread import HEALTHY, TIDIED_EVERY, JournalState, WriterThread, growing_waits
from automaton.pace.clock import Clock, SystemClock

PATIENCE = 10.0
"""Seconds that an entry may take to be on disk. A disk that hangs reports no error, and power must not wait
behind it unheld."""

ENDS_WITHIN = 10.0
"""Seconds that `close` waits for the last commit; below TimeoutStopSec of systemd/automaton.service."""


@dataclass(frozen=True, slots=True)
class JournalFigures:
    """Since the start: commits, the entries in them, and rows of the trail that found no room.

    `committed_at` in wall seconds, None before the first commit.
    """

    commits: int
    entries: int
    lost_rows: int
    waiting: int
    committed_at: float | None


class JournalWriter:
    """Takes entries and has them written, as many at once as have gathered.

    Where no commit is under way, those of one turn of the event loop are one. With `linger`, in seconds, the
    first waits at most as long for others, unless somebody has it `flush`ed; what comes during a commit is
    the next one at once.

    `opened` is what the daemon found at its start. `everything` gives all parts as they are, where the file
    had to be begun anew. `on_change` is told when the journal goes out of order and when it is back,
    `on_fenced` that somebody else owns it by now: then nothing is written any more, and `run` returns.
    """

    def __init__(
        self,
        journals: Journals,
        opened: Opened,
        everything: Callable[[], Mapping[str, bytes]],
        on_change: Callable[[JournalState], None] = lambda state: None,
        *,
        clock: Clock | None = None,
        waits: Callable[[int], float] = growing_waits,
        patience: float = PATIENCE,
        backlog: Backlog | None = None,
        on_fenced: Callable[[str], None] = lambda reason: None,
        tidied_every: float = TIDIED_EVERY,
        linger: float = 0.0,
        error_after: float = 0.0,
    ) -> None:
        """`tidied_every` is in seconds: a file has time, and a log has a lease to keep.

        So is `error_after`: what is out of order for less is a warning in the log.
        """
        self.state = JournalState(False, opened.fault) if opened.journal is None else HEALTHY
        self._everything = everything
        self._on_change, self._on_fenced = on_change, on_fenced
        self._patience = patience
        self._linger, self._error_after = linger, error_after
        self._broke, self._mended = anyio.Event(), anyio.Event()
        self._place = 0  # of the last entry taken
        self._done = 0  # of the last one on disk
        self._waiters: list[tuple[int, int, anyio.Event]] = []
        self._number = count()
        self._soon: Callable[[Callable[[], None]], object] | None = None  # once there is a thread to wake
        self._is_to_wake = False
        self._lingers, self._hurry = anyio.Event(), anyio.Event()  # something waits for others; not any more
        self._ended: anyio.Event | None = None
        self._bug: BaseException | None = None
        self._has_told_losses = False
        self._log = structlog.get_logger()
        self._thread = WriterThread(
            journals, opened, Backlog() if backlog is None else backlog, clock or SystemClock(), waits,
            on_commit=self._committed, on_fault=self._failed, on_empty=self._start_over,
            on_fenced=self._fenced, tidied_every=tidied_every,
        )  # fmt: skip

    def write(self, entry: Entry) -> int:
        """Takes an entry; its place among all that this process wrote. Never waits."""
        self._place += 1
        self._thread.take(entry)
        if self._linger:
            self._lingers.set()
        elif self._soon is not None and not self._is_to_wake:
            # What this turn of the event loop writes besides is in the same commit: the end of a call that
            # ended at once, and how fast a channel sends. Each would be a commit of its own.
            self._is_to_wake = True
            self._soon(self._wake)
        return self._place

    def flush(self) -> None:
        """Has what lingers written now."""
        if self._lingers.is_set():
            self._hurry.set()

    async def committed(self, place: int) -> bool:
        """True once that entry and all before it are on disk; False where the journal is out of order."""
        if place <= self._done:
            return True
        if not self.state.is_healthy or self._has_ended():
            return False
        event = anyio.Event()
        heapq.heappush(self._waiters, (place, next(self._number), event))
        with anyio.move_on_after(self._patience):
            await event.wait()
        if not event.is_set():
            self._failed(f"the disk has not taken an entry for {self._patience:g} s")
        return place <= self._done

    def figures(self) -> JournalFigures:
        """How much was written, and what waits."""
        thread = self._thread
        return JournalFigures(
            thread.commits, thread.entries, thread.backlog.lost_rows, self._place - self._done,
            thread.committed_at,
        )  # fmt: skip

    async def run(self) -> None:
        """Writes until `close`, or until cancelled; what was taken by then is written either way."""
        self._ended = anyio.Event()
        if not self.state.is_healthy:
            self._tell_broken()
            self._on_change(self.state)
        call_soon = _call_soon()
        self._thread.call_soon = lambda call: call_soon(lambda: self._loudly(call))
        self._soon = _soon()
        Thread(target=self._thread.run, args=(self._end,), name="journal", daemon=True).start()
        try:
            async with anyio.create_task_group() as tasks:
                if self._linger:
                    tasks.start_soon(self._wake_later)
                if self._error_after:
                    tasks.start_soon(self._tell_what_lasts)
                await self._ended.wait()
                tasks.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                await self.close()
            self._soon = None  # there is no thread to wake any more, and soon no loop
        if self._bug is not None:
            raise self._bug

    async def close(self) -> None:
        """Commits what is left and gives the file up. A disk that takes nothing is not waited for."""
        self._thread.close()
        if self._ended is None:
            return
        with anyio.move_on_after(ENDS_WITHIN):
            await self._ended.wait()
        left = self._place - self._done
        if left and not self._has_told_losses:
            self._has_told_losses = True  # whoever closes it, and `run` behind it
            self._log.error(
                "journal.lost", entries=left, reason=self.state.reason or "the disk took too long"
            )

    async def _wake_later(self) -> None:
        """Wakes the thread once what it is to write has lingered."""
        while True:
            await self._lingers.wait()
            with anyio.move_on_after(self._linger):
                await self._hurry.wait()
            self._lingers, self._hurry = anyio.Event(), anyio.Event()
            self._thread.wake()

    def _wake(self) -> None:
        self._is_to_wake = False
        self._thread.wake()

    def _has_ended(self) -> bool:
        return self._ended is not None and self._ended.is_set()

    def _committed(self, place: int) -> None:
        self._done = max(self._done, place)
        while self._waiters and self._waiters[0][0] <= place:
            heapq.heappop(self._waiters)[2].set()
        self._become(HEALTHY)

    def _failed(self, reason: str) -> None:
        self._become(JournalState(False, reason))
        self._release()

    def _fenced(self, reason: str) -> None:
        """What is left is for nobody: whoever owns the journal now knows what was written before."""
        left, self._has_told_losses = self._place - self._done, True
        self.state = JournalState(False, reason)
        self._log.warning("journal.fenced", reason=reason, entries=left)
        self._on_change(self.state)
        self._on_fenced(reason)
        self._release()

    def _release(self) -> None:
        """Whoever waits goes on without."""
        for _, _, event in self._waiters:
            event.set()
        self._waiters.clear()

    def _become(self, state: JournalState) -> None:
        was, self.state = self.state, state
        if was.is_healthy == state.is_healthy:
            return
        if state.is_healthy:
            self._mended.set()
            self._log.info("journal.recovered")
        else:
            self._tell_broken()
        self._on_change(state)

    def _tell_broken(self) -> None:
        tell = self._log.warning if self._error_after else self._log.error
        tell("journal.out_of_order", reason=self.state.reason)
        self._mended = anyio.Event()
        self._broke.set()

    async def _tell_what_lasts(self) -> None:
        """An error for each outage that a person may have to end."""
        while True:
            await self._broke.wait()
            self._broke = anyio.Event()
            with anyio.move_on_after(self._error_after) as lasts:
                await self._mended.wait()
            if lasts.cancelled_caught:
                seconds = round(self._error_after)
                self._log.error("journal.out_of_order", reason=self.state.reason, seconds=seconds)

    def _start_over(self) -> None:
        """In the loop's thread, so that nothing is written while it is gathered."""
        self._thread.start_over(self._everything())

    def _loudly(self, call: Callable[[], None]) -> None:
        """What the event loop calls for us raises to nobody: `run` does."""
        try:
            call()
        except Exception as bug:
            self._end(bug)

    def _end(self, bug: BaseException | None) -> None:
        self._bug = self._bug or bug
        if self._ended is not None:
            self._ended.set()
        self._release()


def _soon() -> Callable[[Callable[[], None]], object]:
    """What calls something in this event loop, from its own thread, once this turn of it is over.

    Cheaper than `_call_soon`, which within asyncio wakes a loop that may be asleep, by a call of the system.
    """
    loop: Any = current_token().native_token
    call: Callable[[Callable[[], None]], object] = getattr(loop, "call_soon", None) or loop.run_sync_soon
    return call  # trio has one way for all threads


def _call_soon() -> Callable[[Callable[[], None]], None]:
    """What calls something in this event loop from another thread, without waiting for it."""
    loop = current_token().native_token
    if hasattr(loop, "call_soon_threadsafe"):
        # In the context of this task: in the thread's own, anyio would not know in which loop it is called.
        return partial(loop.call_soon_threadsafe, context=copy_context())
    call: Callable[[Callable[[], None]], None] = loop.run_sync_soon  # type: ignore[attr-defined] # trio's
    return call
