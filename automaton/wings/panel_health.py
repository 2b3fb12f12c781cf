"""Watches over a Panel that was found silent, until it answers again.

Wings asks its Panel before every start, and stops a game for a restart before it has asked
(protocol.md 5.1). So the servers of the Panel are told that it is lost, and that it is back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio

from automaton.pace.single_flight import SingleFlight

ASKED_EVERY = 15.0  # seconds


class PanelHealth:
    """One Panel. `pulse` says why it does not answer, or ""; `tell` is told each change, the same way.

    Nobody is asked while all is well: a Panel is suspected first.
    """

    def __init__(self, pulse: Callable[[], Awaitable[str]], tell: Callable[[str], None]) -> None:
        self.outage = ""  # why it does not answer, by the last answer
        self._pulse = pulse
        self._tell = tell
        self._suspected = anyio.Event()
        self._flight: SingleFlight[None, str] = SingleFlight()

    async def ask(self) -> str:
        """Asks now: why it does not answer, or "". Who has to know is told before this returns."""
        return await self._flight.do(None, self._ask)

    def suspect(self) -> None:
        """Something failed that may be the Panel's outage: it is asked soon."""
        self._suspected.set()

    async def run(self) -> None:
        """Asks while the Panel is suspected or silent, until cancelled."""
        while True:
            await self._suspected.wait()
            self._suspected = anyio.Event()
            if not self.outage:
                await self.ask()
            await anyio.sleep(ASKED_EVERY)  # however many suspect it meanwhile
            while self.outage:
                self._suspected = anyio.Event()
                await self.ask()
                await anyio.sleep(ASKED_EVERY)

    async def _ask(self) -> str:
        was, self.outage = self.outage, await self._pulse()
        if self.outage:
            self.suspect()
        if bool(was) != bool(self.outage):
            self._tell(self.outage)
        return self.outage
