"""Tells an engine that its log lost its end, found at the claim or while the shard is ours, until a person
has adopted it.

Law: the lease holds what acts all the same; here it is said why. A log that takes entries again is not back
while it is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import anyio
import structlog

from automaton.core.events import Event, JournalBack, JournalLost
from automaton.journal.writer_thread import HEALTHY, JournalState
from automaton.pace.clock import Clock

LOOKED_EVERY = 1.0
"""Seconds between two looks: the writer's thread finds it and adopts it, and tells nobody."""


def lost_log(shard: str) -> str:
    """Why nothing acts there, and what takes the log as it is: `automaton status` says it of all at once."""
    return (
        f"the log of {shard} lost its end, and what was decided last may be forgotten:"
        f" `automaton cluster adopt {shard}` takes it so"
    )


class MayBeLost(Protocol):
    """The log of a shard."""

    @property
    def is_lost(self) -> bool:
        """Whether the log lost its end, and no person has adopted it."""


class LostLog:
    """`put` hands events to the shard's engine."""

    def __init__(self, shard: str, log: MayBeLost, put: Callable[[Event], None], clock: Clock) -> None:
        self._shard, self._of, self._put, self._clock = shard, log, put, clock
        self._reason = lost_log(shard)
        self._written = HEALTHY
        self._was_lost = False
        self._log = structlog.get_logger()

    @property
    def unwritten(self) -> str:
        """Why nothing is written now, empty while it is: also into a log that lost its end."""
        return "" if self._written.is_healthy else self._written.reason

    def heard(self, state: JournalState) -> JournalState:
        """What the writer tells, as the engine is to take it."""
        self._written = state
        return JournalState(False, self._reason) if state.is_healthy and self._of.is_lost else state

    def look(self) -> None:
        """Tells what has changed."""
        is_lost = self._of.is_lost
        if is_lost == self._was_lost:
            return
        self._was_lost = is_lost
        now = self._clock.now()
        if is_lost:
            self._log.error("shard.log_lost", shard=self._shard, reason=self._reason)
            self._put(JournalLost(server="", at=now, reason=self._reason))
        else:
            self._log.info("shard.log_adopted", shard=self._shard)
            if self._written.is_healthy:
                self._put(JournalBack(server="", at=now))

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self.look()
            await anyio.sleep(LOOKED_EVERY)
