"""Takes the fleet's readings down every ten seconds, in portions: browsers are answered between them."""

from __future__ import annotations

from itertools import islice

import anyio
import anyio.lowlevel

from automaton.pace.clock import Clock
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.history import FINE_STEP, FleetHistory

PORTION = 100  # servers taken down in one go: about a millisecond


class HistorySampler:
    """Fills a history from the feed. While the daemon does not answer nothing is seen, and nothing kept."""

    def __init__(self, feed: FleetFeed, history: FleetHistory, clock: Clock) -> None:
        self._feed = feed
        self._history = history
        self._clock = clock

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.sample()
            mono = self._clock.now().mono
            await anyio.sleep(FINE_STEP - mono % FINE_STEP)

    async def sample(self) -> None:
        """Takes down what is known of every server now."""
        if self._feed.trouble or not self._feed.is_whole:
            return
        self._history.keep_only(self._feed.servers)
        rows = iter(list(self._feed.servers.values()))
        while portion := list(islice(rows, PORTION)):
            mono = self._clock.now().mono
            for row in portion:
                self._history.take(row, mono)
            await anyio.lowlevel.checkpoint()
