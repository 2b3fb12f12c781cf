"""Which generation of the configuration is in force here, published to all members.

Law: a reload is in force here at once, and published as soon as NATS takes it; until then this member says
the number that it had, and its shards stay where they are. Where NATS lost what was published, each member
says again what it has: numbers that began anew would make the latest configuration the oldest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import anyio
import structlog

from automaton.cluster.generation import Generation, Generations
from automaton.errors import AutomatonError

TRIED_AGAIN = 1.0
"""Seconds between two tries to publish where NATS takes nothing."""

LOOKED_EVERY = 2.0
"""Seconds between two looks at whether others have a later one: as often as the bucket is read."""


class KeepsGenerations(Protocol):
    """What all members share (`shared_state.py`)."""

    generations: Generations

    async def read(self) -> None:
        """All that is there. Raises Weather, and Refused."""

    async def start(
        self, fingerprint: str, member: str, wall: float, *, reloaded: bool, before: Generation | None
    ) -> Generation:
        """The generation of a configuration that this member takes, who had that one. Raises Weather."""


class TakenGeneration:
    """`fingerprint` is of what is in force now."""

    def __init__(
        self,
        state: KeepsGenerations,
        member: str,
        fingerprint: Callable[[], str],
        wall: Callable[[], float],
    ) -> None:
        self._mine: Generation | None = None
        self._state, self._member, self._fingerprint, self._wall = state, member, fingerprint, wall
        self._reloads = 0  # that are to be published
        self._told_behind = 0
        self._waits_for = ""  # as it was told
        self._log = structlog.get_logger()

    @property
    def number(self) -> int:
        """That of the configuration in force, as far as published; 0 before the first."""
        return 0 if self._mine is None else self._mine.number

    async def join(self) -> None:
        """What is shared is read, and this member's generation is one of it; tries until NATS takes it."""
        while not await self._publish(reloaded=False):  # noqa: ASYNC110 - NATS tells nobody when
            await anyio.sleep(TRIED_AGAIN)

    def reloaded(self) -> None:
        """Something else is in force from now on."""
        self._reloads += 1

    async def run(self) -> None:
        """Publishes what was reloaded, and tells when another member has something later, until cancelled."""
        while True:
            await self.look()
            await anyio.sleep(TRIED_AGAIN if self._reloads else LOOKED_EVERY)

    async def look(self) -> None:
        """Once."""
        reloads = self._reloads
        if reloads and await self._publish(reloaded=True):
            self._reloads -= reloads
            self._log.info("generation.published", number=self.number)
        latest = self._state.generations.latest
        if not self._reloads and (
            latest is None  # NATS has lost it
            or latest.number < self.number
            # One that began in that time made a first one of what the others have, before they said theirs.
            or (latest.number > self.number and latest.fingerprint == self._fingerprint())
        ):
            await self._publish(reloaded=False)
            return
        if latest is None or self._reloads or latest.number <= max(self.number, self._told_behind):
            return
        self._told_behind = latest.number
        self._log.warning(
            "generation.behind",
            number=self.number,
            latest=latest.number,
            by=latest.by,
            reason="another member has a later configuration: this one keeps what it owns, and is given "
            "nothing before it is reloaded",
        )

    async def _publish(self, *, reloaded: bool) -> bool:
        try:
            await self._state.read()
            self._mine = await self._state.start(
                self._fingerprint(), self._member, self._wall(), reloaded=reloaded, before=self._mine
            )
        except AutomatonError as problem:
            if str(problem) != self._waits_for:
                self._waits_for = str(problem)
                self._log.warning("generation.waits", reason=self._waits_for)
            return False
        self._waits_for = ""
        return True
