"""The audit trail of a member: into the stream of all from its shards, and from there into its own file.

Law: the trail holds nobody up. What it could not take is told once, and tried again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
import anyio.to_thread
import structlog

from automaton.cluster.log.trail import TrailPort
from automaton.cluster.log.trail_copy import TrailCopy
from automaton.cluster.names import Names
from automaton.cluster.nats.thread import NatsThread
from automaton.cluster.nats.trail_stream import TrailStream
from automaton.cluster.shard import Shard
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.state_folder import retention_of
from automaton.errors import AutomatonError
from automaton.journal.sqlite_journals import SqliteJournals
from automaton.pace.clock import Clock

LOOKED_EVERY = 2.0
"""Seconds between two looks for new rows: a person who has just seen something happen looks it up."""

AGAIN_AFTER = 10.0
"""Seconds after a look that failed."""


class MemberTrail:
    """Joins both. `stream` waits for NATS and `copy` for the disk, each in a thread."""

    def __init__(self, stream: TrailStream, copy: TrailCopy, clock: Clock) -> None:
        self._stream, self._copy, self._clock = stream, copy, clock
        self._fault = ""
        self._log = structlog.get_logger()

    def of(self, shard: Shard) -> TrailPort:
        """What a shard's journal ships its rows into."""
        return self._stream.of(shard)

    async def run(self, sleep: Callable[[float], Awaitable[None]] = anyio.sleep) -> None:
        """Until cancelled."""
        try:
            look = self._make_and_look
            while True:
                is_well = await self._tried(look)
                look = self._look if is_well else self._make_and_look  # NATS may have lost it
                await sleep(LOOKED_EVERY if is_well else AGAIN_AFTER)
        finally:
            self._copy.close()

    async def _make_and_look(self) -> None:
        await anyio.to_thread.run_sync(self._stream.make)
        await self._look()

    async def _look(self) -> None:
        left_out = self._copy.left_out
        while await anyio.to_thread.run_sync(self._copy.copy, self._clock.now()):
            pass
        if self._copy.left_out > left_out:
            self._log.warning("trail.left_out", messages=self._copy.left_out - left_out)

    async def _tried(self, act: Callable[[], Awaitable[None]]) -> bool:
        try:
            await act()
        except AutomatonError as problem:
            if not self._fault:
                self._log.warning("trail.waits", reason=str(problem))
            self._fault = str(problem)
            return False
        if self._fault:
            self._log.info("trail.recovered")
        self._fault = ""
        return True


def trail_of(
    active: ActiveConfiguration, thread: NatsThread, names: Names, replicas: int, clock: Clock
) -> MemberTrail:
    """As `journal` in automaton.yml says: `keep` and `size` hold for the stream and for the file."""
    kept = active.settings.journal
    stream = TrailStream(thread, names, replicas, kept.keep, kept.size)
    journals = SqliteJournals(active.settings.state, lambda: retention_of(active.settings))
    return MemberTrail(stream, TrailCopy(journals, stream), clock)
