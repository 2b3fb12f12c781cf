"""How fast one target is sent to: within its rate, and slower once it has said that this is too fast.

Pure, and told the time. Apprise hides most of a service's answer, so pacing learns from refusals: a "not
now" without a number makes it slower and waits longer, and what arrives brings it back bit by bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from random import Random
from typing import Any

from automaton.core.moment import Moment
from automaton.delivery.channel import SendRate
from automaton.delivery.record import earlier
from automaton.errors import TryLater, Weather
from automaton.pace.backoff import Backoff
from automaton.pace.bucket import SlidingWindow

RETRIES = Backoff(first=2.0, cap=300.0)
REFUSED = Backoff(first=60.0, cap=900.0)  # somebody has to mend something first
SLOWEST = 16.0  # times; at the default rate one message in 48 s
SLOWER, FASTER = 2.0, 0.8  # for each "not now", and for each message that arrived


class Pacing:
    """`slowness` is 1 while the service has not complained."""

    def __init__(self, rate: SendRate, chance: Random) -> None:
        self._chance = chance
        self._last = -inf
        self.slowness = 1.0
        self.failures = 0  # in a row
        self._rate = rate
        self._window = SlidingWindow(rate.times, rate.within)

    def change(self, rate: SendRate) -> None:
        """Takes another rate. What was sent before counts."""
        before = self._window.taken
        self._rate = rate
        self._window = SlidingWindow(rate.times, rate.within)
        self._count(before)

    def wait(self, mono: float) -> float:
        """Seconds until one may be sent."""
        gap = self.slowness * self._rate.within / self._rate.times if self.slowness > 1.0 else 0.0
        return max(self._window.wait(mono), self._last + gap - mono, 0.0)

    def begin(self, mono: float) -> None:
        """Notes that one is sent."""
        self._window.take(mono)
        self._last = mono

    def dump(self, now: Moment) -> dict[str, Any]:
        """Plain data: when something was sent that still counts, and one more that is sent now, as wall."""
        since = now.mono - self._rate.within
        taken = [mono for mono in self._window.taken if mono > since]
        return {"sent": [now.wall - (now.mono - mono) for mono in taken] + [now.wall]}

    def load(self, data: Mapping[str, Any], now: Moment) -> None:
        """Takes what an earlier process sent. Raises KeyError or TypeError for what `dump` did not return."""
        self._count(sorted(earlier(wall, now).mono for wall in data["sent"]))

    def arrived(self) -> None:
        """Notes that one has arrived."""
        self.failures = 0
        self.slowness = max(1.0, self.slowness * FASTER)

    def failed(self, weather: Weather) -> float:
        """Notes that one has failed; gives the seconds until the next try."""
        self.failures += 1
        asked = weather.after if isinstance(weather, TryLater) else None
        if isinstance(weather, TryLater) and asked is None:
            self.slowness = min(SLOWEST, self.slowness * SLOWER)
        wait = RETRIES.wait(self.failures, self._chance, asked=asked)
        return min(RETRIES.cap, wait * self.slowness) if asked is None else wait

    def refused(self, times: int) -> float:
        """Seconds until a group whose message was refused so often tries again."""
        return REFUSED.wait(times, self._chance)

    def forgive(self) -> None:
        """Somebody asks to try at once."""
        self.failures, self.slowness = 0, 1.0

    def _count(self, sent: Sequence[float]) -> None:
        # Of more than fit now the latest: a window that is full takes no further one.
        for mono in sent[-self._rate.times :]:
            self._window.take(mono)
