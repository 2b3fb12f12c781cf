"""How fast one account may ask its Panel, learnt from the Panel's own headers.

The Panel counts per user and minute, for this program and everything else of that user
(protocol.md 6.3). A quarter is left to others. An action is urgent and does not queue behind
a thousand tokens; a wait that the Panel asked for holds for all. Daemons that use one account together are
each given a share of its pace, at run time.
"""

from __future__ import annotations

from math import inf

import anyio

from automaton.errors import TryLater
from automaton.pace.bucket import Bucket
from automaton.pace.clock import Clock

UNKNOWN_RATE = 3.0  # requests a second until the Panel tells its limit; 240 a minute is the least known
OUR_SHARE = 0.75
BURST = 5.0
URGENT_PATIENCE = 5.0  # seconds that an action waits; beyond that it goes another way
_SCARCE = 0.1  # share of the limit: with less left in this minute, only actions go on
_SCARCE_PAUSE = 15.0  # seconds
_SHARE_LOOKED_AT = 1.0  # seconds, at most, until one that waits sees that the share has grown


class RequestPace:
    """The turns of one account's requests."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._bucket = Bucket(BURST, UNKNOWN_RATE)
        self._told = UNKNOWN_RATE  # requests a second, of all who use the account with us
        self.is_told = False  # whether that is the Panel's word
        self._share: float | None = None
        self._queue = anyio.Lock()
        self._held_until = -inf
        self._scarce_until = -inf

    @property
    def per_minute(self) -> float:
        """Requests a minute that all daemons with this account may ask together, as far as is known."""
        return self._told * 60

    @property
    def owed(self) -> float:
        """Actions that went at once, beyond our pace: whoever waits for a turn waits for these too."""
        return self._bucket.owed(self._clock.now().mono)

    def share(self, per_minute: float | None) -> None:
        """Takes so many of them from now on, of 0 none but actions; None is all, as without other daemons."""
        self._share = None if per_minute is None else per_minute / 60
        self._settle()

    async def turn(self) -> None:
        """Waits until an ordinary request may go, first come, first served."""
        async with self._queue:
            while (wait := self._wait()) > 0:  # noqa: ASYNC110 - time passes, nothing tells it
                await anyio.sleep(wait if self._share is None else min(wait, _SHARE_LOOKED_AT))

    async def urgent_turn(self) -> None:
        """Waits only where the Panel asked to. Raises TryLater where it asked for a long wait."""
        mono = self._clock.now().mono
        held = self._held_until - mono
        if held > URGENT_PATIENCE:
            raise TryLater("the Panel asked to wait (rate limit)", after=held)
        self._bucket.reserve(mono)  # it goes at once, and the others wait longer
        if held > 0:
            await anyio.sleep(held)

    def hold(self, seconds: float) -> None:
        """The Panel asked all to wait."""
        self._held_until = max(self._held_until, self._clock.now().mono + seconds)

    def learn(self, limit: int | None, remaining: int | None) -> None:
        """Takes in `X-RateLimit-Limit` and `-Remaining` of an answer."""
        if limit is None or limit <= 0:
            return
        self._told, self.is_told = OUR_SHARE * limit / 60, True
        self._settle()
        if remaining is not None and remaining < _SCARCE * limit:
            self._scarce_until = self._clock.now().mono + _SCARCE_PAUSE

    def _settle(self) -> None:
        if self._share != 0.0:  # at that no bucket refills, so none is asked
            self._bucket.rate = self._told if self._share is None else min(self._told, self._share)

    def _wait(self) -> float:
        if self._share == 0.0:
            return _SHARE_LOOKED_AT
        mono = self._clock.now().mono
        held = max(self._held_until, self._scarce_until) - mono
        return held if held > 0 else self._bucket.take(mono)
