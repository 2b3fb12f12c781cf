"""Frees what was pinned to members that are gone for long: seen to by whoever owns the fleet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import anyio
import structlog

from automaton.cluster.wishes import Wishes

LOOKED_EVERY = 30.0
"""Seconds between two looks: a pin lapses after minutes."""


class LapsedPins:
    """`dead` members with the seconds of their silence; `wish` changes what is asked of all."""

    def __init__(
        self,
        wishes: Callable[[], Wishes],
        dead: Callable[[], Mapping[str, float]],
        owns_the_fleet: Callable[[], bool],
        wish: Callable[[Callable[[Wishes], Wishes]], Awaitable[str]],
    ) -> None:
        self._wishes, self._dead, self._owns_the_fleet, self._wish = wishes, dead, owns_the_fleet, wish
        self._log = structlog.get_logger()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await anyio.sleep(LOOKED_EVERY)
            await self.look()

    async def look(self) -> None:
        """Once. What could not be written is tried at the next look."""
        now, dead = self._wishes(), dict(self._dead())
        kept = now.without_gone(dead)
        if kept is now or not self._owns_the_fleet():
            return
        if await self._wish(lambda wishes: wishes.without_gone(dead)):
            return
        for shard in sorted(now.pinned.keys() - kept.pinned.keys()):
            self._log.warning("cluster.pin_lapsed", shard=shard, member=now.pinned[shard])
