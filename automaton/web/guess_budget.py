"""How often an address may be wrong about a secret. Who is right is never asked here.

Otherwise those who guess would keep out those who know.
"""

from __future__ import annotations

from collections import OrderedDict

from automaton.pace.bucket import Bucket
from automaton.pace.clock import Clock
from automaton.web.connection_room import site_of

GUESSES, GUESSES_A_SECOND = 10.0, 0.2  # wrong tokens, of one address
MOST_GUESSING = 1_000  # addresses that are remembered; the one that guessed longest ago is forgotten


class GuessBudget:
    """One for each address, forgotten when many others guess."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._guesses: OrderedDict[str, Bucket] = OrderedDict()

    def spend(self, address: str) -> float:
        """Counts a wrong guess; the seconds until this address may try the next one."""
        site = site_of(address)
        bucket = self._guesses.setdefault(site, Bucket(GUESSES, GUESSES_A_SECOND))
        self._guesses.move_to_end(site)
        if len(self._guesses) > MOST_GUESSING:
            self._guesses.popitem(last=False)
        return bucket.take(self._clock.now().mono)
