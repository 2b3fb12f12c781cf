"""Tells of the rows of the audit trail on their way from the shards of this member into the stream of all.

Law: there is one trail, so there is one line, however many shards wait for it. Nothing else waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import anyio
import structlog

from automaton.daemon.cluster.shard_run import ShardRun

LOOKED_EVERY = 5.0
"""Seconds between two looks: the writers' threads find it out, and tell nobody."""


class TrailShipping:
    """`lost` counts rows that found no room in memory, over all shards that ever were here."""

    def __init__(self, runs: Callable[[], Iterable[ShardRun]], lost: Callable[[], int]) -> None:
        self._runs, self._lost = runs, lost
        self._waits = self._loses = False  # as it was told
        self._told = 0  # rows
        self._log = structlog.get_logger()

    def look(self) -> None:
        """Tells what has changed."""
        faults = [
            (run.shard.text, run.journals.trail_fault)
            for run in self._runs()
            if run.is_ours and run.journals.trail_fault
        ]
        if faults and not self._waits:
            (shard, reason), *_ = faults
            self._log.warning("trail.not_shipped", shards=len(faults), shard=shard, reason=reason)
        elif self._waits and not faults:
            self._log.info("trail.shipped")
        self._waits = bool(faults)
        self._tell_losses()

    def _tell_losses(self) -> None:
        """That they begin, and how many more there were once the trail takes rows again."""
        lost = self._lost() - self._told
        if lost and not (self._waits and self._loses):
            self._log.warning("trail.rows_lost", rows=lost)
            self._told += lost
            self._loses = True
        self._loses = self._loses and self._waits

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self.look()
            await anyio.sleep(LOOKED_EVERY)
