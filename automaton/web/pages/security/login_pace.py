"""How often somebody may try to sign in: by address, by name, and apart from both in a browser that is known.

A wrong password costs a place of the address and of the name. One address gains its places far more slowly
than a name does, so that nobody alone keeps a person out; and many together do not keep him out of a browser
in which he signed in before.
"""

from __future__ import annotations

from collections import OrderedDict

from automaton.pace.bucket import Bucket
from automaton.pace.clock import Clock
from automaton.web.connection_room import site_of

OF_AN_ADDRESS = (10.0, 1 / 60)  # attempts at once, and a second from then on
OF_A_NAME = (50.0, 1 / 10)  # as many as six addresses make together: 8,640 guesses a day at the most
OF_A_BROWSER = (10.0, 1 / 60)
MOST_PACED = 10_000  # addresses, names and browsers, each: who tried longest ago is forgotten


class LoginPace:
    """`begin` before each attempt, `right` after one that was."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._addresses = _Buckets(*OF_AN_ADDRESS)
        self._names = _Buckets(*OF_A_NAME)
        self._browsers = _Buckets(*OF_A_BROWSER)

    def begin(self, address: str, name: str, browser: str = "") -> float:
        """Seconds until this may be tried, 0.0 for now. `browser`: the cookie of one that is known."""
        now = self._clock.now().mono
        if browser:
            return self._browsers.of(browser).take(now)
        site = self._addresses.of(site_of(address))
        if wait := site.take(now):
            return wait
        if wait := self._names.of(name).take(now):
            site.give_back()  # it was not this address that guessed at the name
        return wait

    def right(self, address: str, name: str, browser: str = "") -> None:
        """That attempt was no guess."""
        if browser:
            self._browsers.of(browser).give_back()
            return
        self._addresses.of(site_of(address)).give_back()
        self._names.of(name).give_back()


class _Buckets:
    """One for each key, forgotten when many others come."""

    def __init__(self, burst: float, rate: float) -> None:
        self._burst = burst
        self._rate = rate
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def of(self, key: str) -> Bucket:
        bucket = self._buckets.setdefault(key, Bucket(self._burst, self._rate))
        self._buckets.move_to_end(key)
        if len(self._buckets) > MOST_PACED:
            self._buckets.popitem(last=False)
        return bucket
