"""A lease: how long its owner may still act."""

from __future__ import annotations

from math import inf

from automaton.cluster.lease import TERMS, Lease


def test_a_lease_that_nobody_gave_has_nothing_left() -> None:
    assert Lease().left(0.0) <= 0.0


def test_a_lease_lasts_until_its_end_and_not_before_its_beginning() -> None:
    lease = Lease()
    lease.begin(100.0)
    lease.extend(110.0)

    assert [lease.left(at) for at in (99.0, 100.0, 104.0, 110.0, 111.0)] == [0.0, 10.0, 6.0, 0.0, -1.0]
    lease.begin(200.0)
    assert lease.left(120.0) == -10.0


def test_a_lease_is_never_shortened_but_by_its_end() -> None:
    lease = Lease()
    lease.begin(0.0)
    lease.extend(20.0)
    lease.extend(15.0)
    before = lease.left(10.0)
    lease.end()

    assert (before, lease.left(10.0)) == (10.0, -inf)


def test_a_lease_that_is_over_does_not_last_again_before_it_has_begun_again() -> None:
    lease = Lease()
    lease.begin(0.0)
    lease.end()
    lease.extend(50.0)

    assert lease.left(10.0) <= 0.0


def test_what_a_predecessor_may_do_is_over_before_its_successor_acts() -> None:
    """The lease but for the 5 s that must be left of it, a call of 30 s, and 30 s that Wings waits."""
    assert TERMS.lasts - 5.0 + 30.0 + 30.0 < TERMS.quiet
    assert 3 * TERMS.idle < TERMS.lasts
