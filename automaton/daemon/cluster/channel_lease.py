"""For how long the owner of a channel may send its messages.

Law: two owners never send at one time, for each would keep to the channel's `rate`. That is all: a message
that is said again has the same id, so nothing waits here for what a predecessor may have under way, as power
and commands do, nor for a person where the log lost its end. What is to be told of an outage is told in it.
"""

from __future__ import annotations

from collections.abc import Callable

from automaton.cluster.claim_steps import Owned
from automaton.cluster.lease import TERMS, Lease
from automaton.pace.acting_lease import LEAST_LEFT


class ChannelLease:
    """That of a channel that was just `claimed`. `boot` is the clock of leases."""

    def __init__(self, lease: Lease, claimed: Owned, boot: Callable[[], float]) -> None:
        self._lease = lease
        self._boot = boot
        # A predecessor's lease is over so long after the claim, at the latest; at once where it gave it up.
        self._begins = min(claimed.acts_from, boot() + TERMS.lasts)

    def may_send(self) -> bool:
        """Whether enough of it is left for one try."""
        boot = self._boot()
        return boot >= self._begins and self._lease.until - boot >= LEAST_LEFT
