"""Room for so many connections: when it is full, whoever has been idle longest makes way.

Strangers may reach a port, and most of what they can do there is to hold a place and say nothing. Who asks
is answered within milliseconds, so a place is taken from nobody who uses it. Pure: knows no socket and no
time but the order in which things happen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Protocol

OF_A_SITE = 64
"""Bits of an IPv6 address that whoever has one address has as a whole, RFC 6177: he can use any below."""


class Guest(Protocol):
    """A connection."""

    @property
    def is_idle(self) -> bool:
        """Whether no request of it is being answered."""

    def dismiss(self) -> None:
        """Ends it without an answer."""


Told = Callable[[str, bool], None]
"""Hears of an address that held many places, and whether a connection was refused: else one made way."""


class ConnectionRoom:
    """At most `most` guests, and `an_address` of one address. Those behind a proxy share one."""

    def __init__(self, most: int, an_address: int, told: Told = lambda _address, _refused: None) -> None:
        self._most = most
        self._an_address = an_address
        self._told = told
        self._guests: dict[Guest, str] = {}  # who has been idle longest stands first
        self._of: Counter[str] = Counter()

    def __len__(self) -> int:
        """How many there are."""
        return len(self._guests)

    def admit(self, guest: Guest, address: str) -> bool:
        """Takes a guest in, if need be in place of another. False where all are being answered."""
        site = site_of(address)
        if self._of[site] >= self._an_address and not self._makes_way(site):
            self._told(site, True)
            return False
        if len(self._guests) >= self._most and not self._makes_way(None):
            self._told(site, True)
            return False
        self._guests[guest] = site
        self._of[site] += 1
        return True

    def answered(self, guest: Guest) -> None:
        """It is idle again, from now on."""
        site = self._guests.pop(guest, None)
        if site is not None:
            self._guests[guest] = site

    def leave(self, guest: Guest) -> None:
        """It is gone; one that was never let in is ignored."""
        site = self._guests.pop(guest, None)
        if site is not None:
            self._of[site] -= 1
            if not self._of[site]:
                del self._of[site]

    def _makes_way(self, site: str | None) -> bool:
        """Dismisses the longest idle of a site, or of all, and says whether there was one."""
        for guest, its_site in self._guests.items():
            if (site is None or its_site == site) and guest.is_idle:
                self.leave(guest)
                self._told(its_site, False)
                guest.dismiss()
                return True
        return False


def site_of(address: str) -> str:
    """What counts as one address: of IPv6 the network that is one customer's; other texts as they are."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return address
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return f"{IPv6Address(int(known) >> OF_A_SITE << OF_A_SITE)}/{OF_A_SITE}"
