"""How fast one target is sent to: within its rate, and slower once it has said that this is too fast.

Pure, and told the time. Apprise hides most of a service's answer, so pacing learns from refusals: a "not
now" without a number makes it slower and waits longer, and what arrives brings it back bit by bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from random import Random
from typing import Any

from automaton.core.moment import Moment
from automaton.delivery.channel import SendRate
from automaton.delivery.record import earlier
from automaton.errors import TryLater, Weather
from automaton.pace.backoff import Backoff

RETRIES = Backoff(first=2.0, cap=300.0)
REFUSED = Backoff(first=60.0, cap=900.0)  # somebody has to mend something first
SLOWEST = 16.0  # times; at the default rate one message in 48 s
COUNTED = 1_000  # of what was sent the latest, whatever the rate: a reload may bring one that counts more
SLOWER, FASTER = 2.0, 0.8  # for each "not now", and for each message that arrived


class Pacing:
    """`slowness` is 1 while the service has not complained."""

    def __init__(self, rate: SendRate, chance: Random) -> None:
        self._chance = chance
        self._last = -inf
        self.slowness = 1.0
        self.failures = 0  # in a row
        self._rate = rate
        self._counted = max(COUNTED, rate.times)
        self._sent: list[float] = []

    def change(self, rate: SendRate) -> None:
        """Takes another rate. What was sent before counts, also what only the one before last looked at."""
        self._rate = rate
        self._counted = max(self._counted, rate.times)

    def follow(self, other: Pacing) -> None:
        """Counts what another has sent to the same target."""
        self._sent = sorted([*other._sent, *self._sent])

    def wait(self, mono: float) -> float:
        """Seconds until one may be sent."""
        times, within = self._rate.times, self._rate.within
        gap = self.slowness * within / times if self.slowness > 1.0 else 0.0
        full_until = self._sent[-times] + within if len(self._sent) >= times else -inf
        return max(full_until - mono, self._last + gap - mono, 0.0)

    def begin(self, mono: float) -> None:
        """Notes that one is sent."""
        self._sent.append(mono)
        del self._sent[: -self._counted]
        self._last = mono

    def dump(self, now: Moment) -> dict[str, Any]:
        """Plain data: when something was sent that still counts, and one more that is sent now, as wall."""
        since = now.mono - self._rate.within
        counts = [mono for mono in self._sent if mono > since]
        return {"sent": [now.wall - (now.mono - mono) for mono in counts] + [now.wall]}

    def load(self, data: Mapping[str, Any], now: Moment) -> None:
        """Takes what an earlier process sent. Raises KeyError or TypeError for what `dump` did not return."""
        self._sent = sorted(earlier(wall, now).mono for wall in data["sent"])

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
