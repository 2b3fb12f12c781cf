"""A dead man's switch: an address that is called while the engine turns, and gives alarm when no call comes.

No redirect is followed. That it cannot be reached is logged once: the service itself tells the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import anyio
import structlog

from automaton.pace.bounded_transport import Transport
from automaton.pace.clock import Clock
from automaton.pace.http_client import HttpClient, NotAnswered
from automaton.pace.trust import tls_context
from automaton.secret import Secret
from automaton.settings.model import Settings

STILL_AFTER = 20.0  # seconds without a turn after which the engine counts as stuck; it turns every five
ANSWERED_WITHIN = 10.0
WATCHED_EVERY = 5.0  # seconds between two looks at the engine and at what is to be called


@dataclass(frozen=True, slots=True)
class Beat:
    """The address to call, a secret, every so many seconds."""

    url: Secret
    every: float


class Heartbeat:
    """Calls the address of `beat`; None calls nobody. `transport` is for tests.

    `answered` and `failed` count its calls; `answered_at` is when the last one succeeded, in wall seconds.
    """

    def __init__(
        self, beat: Beat | None, clock: Clock, transport: Callable[[], Transport] | None = None
    ) -> None:
        self.beat = beat
        self._clock = clock
        self._transport = transport
        self._tls = tls_context()
        self._turned = -inf
        self._told = False
        self.answered = self.failed = 0
        self.answered_at: float | None = None
        self._log = structlog.get_logger()

    def turned(self) -> None:
        """The engine turned just now."""
        self._turned = self._clock.now().mono

    async def run(self) -> None:
        """Calls, until cancelled."""
        called = -inf
        while True:
            beat, mono = self.beat, self._clock.now().mono
            is_due = beat is not None and mono - called >= beat.every
            if beat is not None and is_due and mono - self._turned <= STILL_AFTER:
                called = mono
                await self._call(beat.url)
            # In short steps, so that a shorter `every` holds soon after a reload.
            await anyio.sleep(WATCHED_EVERY if beat is None else min(beat.every, WATCHED_EVERY))

    async def _call(self, url: Secret) -> None:
        trouble = await self._answer(url)
        if trouble:
            self.failed += 1
        else:
            self.answered, self.answered_at = self.answered + 1, self._clock.now().wall
        if trouble and not self._told:
            self._log.warning("heartbeat.failed", reason=f"{trouble}; it is called again and again")
        if self._told and not trouble:
            self._log.info("heartbeat.answered")
        self._told = bool(trouble)

    async def _answer(self, url: Secret) -> str:
        """What went wrong, without the address; empty when it answered."""
        transport = self._transport() if self._transport else None
        async with HttpClient(self._tls, transport=transport) as client:
            try:
                status = await client.status("GET", url.reveal(), within=ANSWERED_WITHIN)
            except NotAnswered as problem:
                why = (
                    f"its certificate does not hold: {problem.distrusted}"
                    if problem.distrusted
                    else problem.kind
                )
                return f"the address of `heartbeat` does not answer ({why})"
        if status >= 400:
            return f"the address of `heartbeat` answers HTTP {status}"
        if status >= 300:
            return f"the address of `heartbeat` redirects (HTTP {status}): write the final one"
        return ""


def beat_of(settings: Settings) -> Beat | None:
    """What the heartbeat calls, None where it is not wanted."""
    wanted = settings.heartbeat
    return Beat(wanted.url, wanted.every) if wanted is not None else None
