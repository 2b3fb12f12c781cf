"""One shard at this process, from the claim in its log to the last message under it.

Law: nothing runs for a shard before its claim is in the log and its state was read up to there; and nothing
of it is left running once another's claim was read, or its release was written.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Protocol

import anyio
import anyio.to_thread
import structlog
from anyio import CapacityLimiter
from anyio.abc import TaskGroup
from starlette.types import ASGIApp

from automaton.cluster.claim_steps import Owned
from automaton.cluster.lease import Lease
from automaton.cluster.log.append_times import AppendTimes
from automaton.cluster.shard import Shard
from automaton.cluster.stamp import Known
from automaton.configuration.load import Configuration
from automaton.errors import AutomatonError
from automaton.journal.faults import Fenced
from automaton.journal.port import Opened

ASKED_AGAIN = 0.5
"""Seconds between two looks at a log that does not say whether the shard is ours: an election takes some."""

CLAIMED_AT_ONCE = 64
"""Threads that wait for the logs of shards, apart from those of all else: a hundred claims while NATS elects
a leader keep no file from being read, and no connection from being closed."""

LONGEST_ENDING = 35.0
"""Seconds for what is under way to end: a call's own deadline is 30, so later there is none."""


class Phase(Enum):
    """Where it stands."""

    CLAIMING = "claiming"
    OWNED = "owned"
    LEAVING = "leaving"
    OVER = "over"


class ShardJournals(Protocol):
    """One try to own the shard, and its journal while it is ours (`cluster/log/replicated_journal.py`)."""

    @property
    def lease(self) -> Lease:
        """For how long we may still act."""

    @property
    def claimed(self) -> Owned | None:
        """Since when it is ours, and from when on we may act; None while it is not."""

    @property
    def is_lost(self) -> bool:
        """Whether the log lost its end, and no person has adopted it."""

    @property
    def known(self) -> Known:
        """How far the log is known to have come."""

    @property
    def appends(self) -> AppendTimes:
        """How long the log took to acknowledge what was appended."""

    @property
    def trail_fault(self) -> str:
        """Why the audit trail takes no rows of it, "" where it does."""

    @property
    def lost_rows(self) -> int:
        """Rows of the audit trail that found no room while they waited for it."""

    def open(self, damaged: str = "", /) -> Opened:
        """Claims it, and reads it. Waits for the log. Raises Fenced where it is another's."""

    def release(self, to: str = "") -> bool:
        """Gives it up, to that member if one is named; whether the log says so. Waits for the log."""

    def adopt(self) -> None:
        """A person has seen that the log lost its end."""


class ShardHost(Protocol):
    """What runs for a shard while it is ours."""

    @property
    def app(self) -> ASGIApp:
        """The routes of the control API that are answered by it."""

    def begin(self, tasks: TaskGroup) -> None:
        """Has it run as tasks."""

    async def end(self, within: float) -> None:
        """Begins nothing more, and lets what is under way come to its end for so many seconds."""

    def close(self) -> None:
        """Its links and queues are given up, however it ended."""

    def take(self, new: Configuration) -> None:
        """Judges by a new configuration from now on."""

    @property
    def is_settling(self) -> bool:
        """Whether some of its servers have not been seen yet."""


HostOf = Callable[["ShardRun", Opened], ShardHost | None]
"""Makes it of what was read; None where there is no such shard any more. It calls `ShardRun.fence` when its
writer reads another's claim."""

NO_MORE = "it is in the configuration no more"
STRAY = "one of its tasks was cancelled, and by none who may: this is a bug, and the shard is claimed anew"


class ShardRun:
    """One try. Once `run` returns nothing of it is left; whoever wants the shard again makes another.

    `threads` bounds how many wait for their logs at the same time.
    """

    def __init__(
        self, shard: Shard, journals: ShardJournals, host_of: HostOf, threads: CapacityLimiter | None = None
    ) -> None:
        self.shard = shard
        self.journals = journals
        self.phase = Phase.CLAIMING
        self.host: ShardHost | None = None
        self.to = ""  # to whom it is handed over
        self.is_released = False  # by a message in its log
        self.why = ""  # why it is not ours yet, or not any more
        self._host_of = host_of
        self._threads = threads
        self._ends = anyio.Event()
        self._is_fenced = False
        self._leaving = anyio.CancelScope()
        self._log = structlog.get_logger()

    @property
    def epoch(self) -> int:
        """Of our claim; 0 while there is none."""
        return self.journals.claimed.epoch if self.journals.claimed is not None else 0

    @property
    def is_ours(self) -> bool:
        """Whether heartbeats say that we own it: also while it is handed over, until the log says so."""
        return self.phase in (Phase.OWNED, Phase.LEAVING) and not self.is_released

    @property
    def is_fenced(self) -> bool:
        """Whether another's claim was read."""
        return self._is_fenced

    def hand_over(self, to: str) -> None:
        """Has it end here, for that member; "" for whoever is first."""
        if not self._ends.is_set():
            self.to = to
            self._ends.set()

    def fence(self, why: str) -> None:
        """Another's claim was read: acts no more, and throws everything away."""
        self._is_fenced, self.why = True, why
        self._leaving.cancel()  # what is under way is not waited for any more
        self._ends.set()

    async def run(self) -> None:
        """Until it is handed over, or another's."""
        try:
            opened = await self._claimed()
            if opened is not None:
                await self._own(opened)
        finally:
            self.phase = Phase.OVER
            self.journals.lease.end()

    async def _claimed(self) -> Opened | None:
        while True:
            try:
                opened = await anyio.to_thread.run_sync(
                    self.journals.open, abandon_on_cancel=True, limiter=self._threads
                )
            except Fenced as problem:
                self.why = str(problem)
                self._log.info("shard.not_taken", shard=self.shard.text, reason=self.why)
                return None
            except AutomatonError as problem:  # a log that this version does not read is another member's
                self.why = str(problem)
                self._log.error("shard.not_taken", shard=self.shard.text, reason=self.why)
                return None
            if self._ends.is_set():  # nothing is begun for what is wanted elsewhere by now
                await self._release()
                return None
            if opened.journal is not None and opened.snapshot is not None:
                return opened
            if opened.fault != self.why:
                self.why = opened.fault
                self._log.warning("shard.waits", shard=self.shard.text, reason=self.why)
            await anyio.sleep(ASKED_AGAIN)

    async def _own(self, opened: Opened) -> None:
        host = self.host = self._host_of(self, opened)
        if host is None:
            self.why = NO_MORE
            self._log.info("shard.not_taken", shard=self.shard.text, reason=self.why)
            await self._release()
            return
        self.phase, self.why = Phase.OWNED, ""
        self._log.info("shard.owned", shard=self.shard.text, epoch=self.epoch)
        try:
            async with anyio.create_task_group() as tasks:
                host.begin(tasks)
                await self._ends.wait()
                if not self._is_fenced:
                    await self._leave(host)
                tasks.cancel_scope.cancel()
        finally:
            host.close()
        if self._is_fenced:
            self._log.warning("shard.lost", shard=self.shard.text, epoch=self.epoch, reason=self.why)
        elif not self._ends.is_set():
            self.why = STRAY
            self._log.error("shard.failed", shard=self.shard.text, epoch=self.epoch, reason=self.why)

    async def _leave(self, host: ShardHost) -> None:
        """What is under way ends first: whoever claims behind a release waits for nobody."""
        self.phase = Phase.LEAVING
        self._log.info("shard.leaves", shard=self.shard.text, to=self.to)
        with self._leaving:
            await host.end(LONGEST_ENDING)
        if not self._is_fenced:
            await self._release()

    async def _release(self) -> None:
        with anyio.CancelScope(shield=True):
            self.is_released = await anyio.to_thread.run_sync(
                self.journals.release, self.to, limiter=self._threads
            )
        self._log.info("shard.released", shard=self.shard.text, to=self.to, written=self.is_released)
