"""For how long the owner of a channel may send."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import pytest

from automaton.cluster.claim_steps import Owned
from automaton.cluster.lease import TERMS, Lease
from automaton.daemon.cluster.channel_lease import ChannelLease


@dataclass
class Boot:
    """The clock of leases."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def owned(acts_from: float, *, lost: bool = False) -> Owned:
    return Owned(epoch=2, sequence=7, acts_from=acts_from, lost=lost, anew=False)


@pytest.mark.parametrize("lost", [False, True])
def test_messages_wait_for_the_last_owners_lease_and_not_for_its_calls(lost: bool) -> None:
    """Nor for a person who adopts a log: an alarm that is held until somebody looks is no alarm."""
    boot, lease = Boot(), Lease()
    lease.begin(inf if lost else boot.now + TERMS.quiet)
    lease.extend(boot.now + 60.0)
    channel = ChannelLease(lease, owned(boot.now + TERMS.quiet, lost=lost), boot)

    told = {}
    for after in (0.0, TERMS.lasts - 0.1, TERMS.lasts):
        boot.now = 1000.0 + after
        told[after] = channel.may_send()
    assert told == {0.0: False, TERMS.lasts - 0.1: False, TERMS.lasts: True}


def test_a_channel_that_was_handed_over_is_sent_at_once() -> None:
    boot, lease = Boot(), Lease()
    lease.begin(boot.now)
    lease.extend(boot.now + TERMS.lasts)

    assert ChannelLease(lease, owned(boot.now), boot).may_send()


def test_nothing_is_sent_with_too_little_left_or_once_it_is_given_up() -> None:
    boot, lease = Boot(), Lease()
    lease.begin(boot.now)
    lease.extend(boot.now + TERMS.lasts)
    channel = ChannelLease(lease, owned(boot.now), boot)
    boot.now += TERMS.lasts - 4.0
    assert not channel.may_send()
    lease.extend(boot.now + TERMS.lasts)
    assert channel.may_send()
    lease.end()
    assert not channel.may_send()
