"""How much one visitor may ask: so often, so much at once. Who floods waits, and nobody beside him.

A request has its turn until its answer begins: what is sent afterwards costs the daemon nothing.
"""

from __future__ import annotations

from collections import OrderedDict

import anyio

from automaton.pace.bucket import Bucket
from automaton.pace.clock import Clock
from automaton.web.http_json import RequestRefused

REQUESTS, REQUESTS_A_SECOND = 200.0, 50.0  # of one visitor: ten tabs that are opened at once, and typing
AT_ONCE = 4  # of his requests are answered side by side, of the six that the daemon answers for all
MOST_WAITING = 24  # further requests of his that wait for their turn: a browser has six connections
MOST_VISITORS = 10_000  # who are remembered; who asked longest ago is forgotten


class VisitorPace:
    """`begin` before a request is answered, `end` once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._turns: dict[str, _Turns] = {}

    async def begin(self, visitor: str) -> None:
        """Returns at his turn. Raises RequestRefused for who asks too much."""
        bucket = self._buckets.setdefault(visitor, Bucket(REQUESTS, REQUESTS_A_SECOND))
        self._buckets.move_to_end(visitor)
        if len(self._buckets) > MOST_VISITORS:
            self._buckets.popitem(last=False)
        if wait := bucket.take(self._clock.now().mono):
            raise RequestRefused(429, "you ask too often", wait)
        turns = self._turns.setdefault(visitor, _Turns())
        if turns.wanted >= AT_ONCE + MOST_WAITING:
            raise RequestRefused(429, "too many of your requests are being answered", 1.0)
        turns.wanted += 1
        try:
            await turns.free.acquire()
        except BaseException:
            self._leave(visitor, turns)
            raise

    def end(self, visitor: str) -> None:
        """The turn is over."""
        turns = self._turns[visitor]
        turns.free.release()
        self._leave(visitor, turns)

    def _leave(self, visitor: str, turns: _Turns) -> None:
        turns.wanted -= 1
        if not turns.wanted:
            del self._turns[visitor]


class _Turns:
    """Of one visitor."""

    __slots__ = ("free", "wanted")

    def __init__(self) -> None:
        self.free = anyio.Semaphore(AT_ONCE)
        self.wanted = 0
