"""Who took note of what: read of the trail once, and from then on only what is new in it.

The daemon knows that somebody did; who it was stands in the trail alone.
"""

from __future__ import annotations

from automaton.pace.clock import Clock
from automaton.web.pages.trail_port import TrailPort, TrailWanted

AT_FIRST = 7 * 86_400.0  # seconds that are read of the trail when somebody first looks
MOST_AT_ONCE = 1_000  # acts of people that are read at a time; of more the oldest stay nameless
MOST_KEPT = 5_000  # rules and keys; the one that was noted longest ago goes


class Acknowledgers:
    """Names by rule and key, the latest of each."""

    def __init__(self, trail: TrailPort, clock: Clock) -> None:
        self._trail = trail
        self._clock = clock
        self._names: dict[tuple[str, str], str] = {}
        self._read_to = 0

    async def names(self) -> dict[tuple[str, str], str]:
        """As they are written down by now. Raises TrailUnreadableError."""
        newest = await self._trail.rows(TrailWanted(limit=1))
        number = newest[0].number if newest else 0
        if number < self._read_to:  # another journal stands in its place
            self._read_to, self._names = 0, {}
        if number > self._read_to:
            wanted = TrailWanted(
                kind="operator", after=self._read_to, before=number + 1, limit=MOST_AT_ONCE,
                since=None if self._read_to else self._clock.now().wall - AT_FIRST,
            )  # fmt: skip
            for line in reversed(await self._trail.rows(wanted)):
                if line.rule and line.detail.startswith("acknowledged"):
                    self._names.pop((line.rule, line.key), None)
                    self._names[line.rule, line.key] = str(line.body.get("by", ""))
            self._read_to = number
            while len(self._names) > MOST_KEPT:
                self._names.pop(next(iter(self._names)))
        return self._names
