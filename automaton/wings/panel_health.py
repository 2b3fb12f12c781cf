"""Whether a Panel is up: probed when it is suspected, and again until it answers.

Wings asks its Panel before every start, and stops a game for a restart before it has asked
(protocol.md 5.1). So the loss of a Panel, and its return, are events for each of its servers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio

from automaton.pace.single_flight import SingleFlight

PROBED_EVERY = 15.0  # seconds


class PanelHealth:
    """One Panel. `probe` says why it does not answer, or ""; `changed` gets the same at each change.

    Nothing is probed while nobody suspects the Panel.
    """

    def __init__(self, probe: Callable[[], Awaitable[str]], changed: Callable[[str], None]) -> None:
        self.outage = ""  # why it does not answer, by the last probe
        self._probe = probe
        self._changed = changed
        self._suspected = anyio.Event()
        self._flight: SingleFlight[None, str] = SingleFlight()

    async def check(self) -> str:
        """Probes now: why it does not answer, or "". `changed` has been called when this returns."""
        return await self._flight.do(None, self._check)

    def suspect(self) -> None:
        """Something failed, perhaps because the Panel is down: it is probed soon."""
        self._suspected.set()

    async def run(self) -> None:
        """Probes while the Panel is suspected or down, until cancelled."""
        while True:
            await self._suspected.wait()
            self._suspected = anyio.Event()
            if not self.outage:
                await self.check()
            await anyio.sleep(PROBED_EVERY)  # however many suspect it meanwhile
            while self.outage:
                self._suspected = anyio.Event()
                await self.check()
                await anyio.sleep(PROBED_EVERY)

    async def _check(self) -> str:
        was, self.outage = self.outage, await self._probe()
        if self.outage:
            self.suspect()
        if bool(was) != bool(self.outage):
            self._changed(self.outage)
        return self.outage
