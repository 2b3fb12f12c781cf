"""Watches the feed for the public page: what each of its servers is, from when to when."""

from __future__ import annotations

import anyio
import structlog

from automaton.pace.clock import Clock
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.uptime import MOST_SERVERS, Standing, Uptime, UptimeStore, oldest_at, standing_of
from automaton.web.routes.changes import FleetChange

WRITTEN_EVERY = 30.0  # seconds; so much is lost at most when the process is killed
CLOCK_SET = 5.0  # seconds by which the wall's clock goes apart from the other at once, where it was set


class UptimeWatch:
    """Servers that stand in a group of the public page. `left_out` are those that were too many."""

    def __init__(self, feed: FleetFeed, store: UptimeStore, clock: Clock) -> None:
        self._feed = feed
        self._store = store
        self._clock = clock
        self._is_blind = True
        self._apart: float | None = None  # of the wall's clock from that which nobody sets
        self.uptime = Uptime()
        self.left_out: set[str] = set()
        feed.listen(self._take)

    async def run(self) -> None:
        """Until cancelled: what was counted is written down again and again, and at the end."""
        self.uptime.restore(await self._store.load())
        try:
            while True:
                await anyio.sleep(WRITTEN_EVERY)
                await self._write()
        finally:
            with anyio.CancelScope(shield=True):
                await self._write()

    async def _write(self) -> None:
        now = self._wall()
        if self._feed.trouble:
            self._lose_sight()
        self.uptime.settle(now)
        changed = self.uptime.take_changed()
        if changed and not await self._store.save(changed, oldest_at(now)):
            self.uptime.give_back(changed)

    def _take(self, change: FleetChange) -> None:
        if self._feed.trouble:
            self._lose_sight()
            return
        now = self._wall()
        rows = change.servers
        if self._is_blind:  # the daemon is heard again
            self._is_blind = False
            rows = list(self._feed.servers.values())
        for row in rows:
            if not row.status_groups:
                if self.uptime.knows(row.uuid):
                    self.uptime.forget(row.uuid, now)
                self.left_out.discard(row.uuid)
                continue
            before = self.uptime.standing(row.uuid)
            standing = standing_of(row, before)
            if self._is_new(row.uuid, standing, before) and not self.uptime.see(row.uuid, standing, now):
                self._leave_out(row.uuid)
        for server in change.gone:
            self.uptime.forget(server, now)
            self.left_out.discard(server)

    def _wall(self) -> float:
        """What time it is. A clock that was set, or a machine that slept, adds no time to anything."""
        now = self._clock.now()
        apart = now.wall - now.mono
        if self._apart is not None and abs(apart - self._apart) > CLOCK_SET:
            self.uptime.begin_anew(now.wall)
        self._apart = apart
        return now.wall

    def _leave_out(self, server: str) -> None:
        if not self.left_out:
            structlog.get_logger().warning("status.left_out", servers=f"more than {MOST_SERVERS}")
        self.left_out.add(server)

    def _is_new(self, server: str, standing: Standing, before: Standing) -> bool:
        return standing is not before or not self.uptime.knows(server)

    def _lose_sight(self) -> None:
        """Without the daemon nobody knows: from here on nothing is watched."""
        if self._is_blind:
            return
        self._is_blind = True
        now = self._wall()
        for server in self.uptime.servers():
            self.uptime.see(server, Standing.UNWATCHED, now)
