"""A target is sent to within its rate, and more slowly once it has complained."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.moment import Moment
from automaton.delivery.channel import SendRate
from automaton.delivery.pacing import REFUSED, RETRIES, SLOWEST, Pacing
from automaton.errors import TryLater, Unreachable

RATES = st.builds(SendRate, st.integers(1, 5), st.sampled_from([10.0, 60.0, 600.0]))


def paced(times: int = 2, within: float = 60.0) -> Pacing:
    return Pacing(SendRate(times, within), Random(1))


def test_within_the_rate_nothing_waits() -> None:
    pacing = paced()
    pacing.begin(0.0)
    assert pacing.wait(0.0) == 0.0
    pacing.begin(0.0)

    assert pacing.wait(10.0) == 50.0


def test_not_now_without_a_number_makes_it_slower_and_what_arrives_brings_it_back() -> None:
    pacing = paced()
    pacing.begin(0.0)
    pacing.failed(TryLater("429"))
    slowed = pacing.wait(0.0)
    for _ in range(4):
        pacing.arrived()

    assert (slowed, pacing.slowness, pacing.wait(0.0)) == (60.0, 1.0, 0.0)


def test_it_is_never_slowed_down_without_end() -> None:
    pacing = paced()
    for _ in range(100):
        wait = pacing.failed(TryLater("429"))

    assert pacing.slowness == SLOWEST
    assert wait <= RETRIES.cap


def test_waits_after_failures_grow() -> None:
    pacing = paced()
    waits = [pacing.failed(Unreachable("nobody")) for _ in range(6)]

    assert all(before < after for before, after in pairwise(waits))
    assert pacing.slowness == 1.0


@pytest.mark.parametrize("asked", [0.0, 17.0, 3600.0])
def test_a_wait_that_was_asked_for_is_kept_and_slows_nothing_down(asked: float) -> None:
    pacing = paced()

    assert pacing.failed(TryLater("429", after=asked)) >= asked
    assert pacing.slowness == 1.0


def test_what_was_refused_is_tried_again_seldom() -> None:
    pacing = paced()

    assert 30.0 <= pacing.refused(1) <= REFUSED.first
    assert pacing.refused(50) <= REFUSED.cap


def test_whoever_asks_to_try_at_once_is_obeyed() -> None:
    pacing = paced()
    pacing.begin(0.0)
    pacing.failed(TryLater("429"))
    pacing.forgive()

    assert (pacing.failures, pacing.wait(0.0)) == (0, 0.0)


def test_another_rate_holds_from_now_on() -> None:
    pacing = paced()
    pacing.begin(0.0)
    pacing.begin(0.0)
    pacing.change(SendRate(100, 60.0))

    assert pacing.wait(0.0) == 0.0


def test_what_was_sent_before_another_rate_counts() -> None:
    """A reload is no reason to send as much once more within the same minute."""
    pacing = paced(3)
    for mono in (0.0, 10.0, 20.0):
        pacing.begin(mono)
    pacing.change(SendRate(2, 60.0))

    assert (pacing.wait(20.0), pacing.wait(70.0)) == (50.0, 0.0)


def test_what_was_sent_counts_through_a_stricter_rate_and_back() -> None:
    """Two reloads within one minute: the stricter rate looks at the last one alone."""
    pacing = paced(3)
    for mono in (0.0, 10.0, 20.0):
        pacing.begin(mono)
    pacing.change(SendRate(1, 60.0))
    strict = pacing.wait(25.0)
    pacing.change(SendRate(3, 60.0))

    assert (strict, pacing.wait(25.0), pacing.wait(60.0)) == (55.0, 35.0, 0.0)


def test_a_rate_over_a_longer_time_counts_what_the_shorter_one_had_let_go() -> None:
    pacing = paced(1, 1.0)
    for mono in range(10):
        pacing.begin(float(mono))
    pacing.change(SendRate(10, 3600.0))

    assert pacing.wait(10.0) == 3590.0


def test_what_only_an_earlier_rate_looked_at_outlives_a_restart() -> None:
    before, after = paced(3), paced(3)
    for mono in (0.0, 10.0):
        before.begin(mono)
    before.change(SendRate(1, 60.0))
    kept = before.dump(Moment(20.0, 1_000.0))
    after.load(kept, Moment(25.0, 1_005.0))

    assert after.wait(25.0) == 35.0


@given(st.lists(st.tuples(st.floats(0, 90), RATES), max_size=10))
def test_no_rate_is_exceeded_because_of_reloads(reloads: list[tuple[float, SendRate]]) -> None:
    """Whoever sends whenever it may keeps to the rate that holds, and waits for no more than that asks."""
    pacing, rate, mono = paced(20), SendRate(20, 60.0), 0.0
    sent: list[float] = []
    for seconds, next_rate in reloads:
        end = mono + seconds
        while (wait := pacing.wait(mono)) <= end - mono:
            mono += wait
            before = [at for at in sent if at > mono - rate.within + 1e-6]
            assert len(before) < rate.times
            assert wait == 0.0 or len([at for at in sent if at >= mono - rate.within - 1e-6]) >= rate.times
            pacing.begin(mono)
            sent.append(mono)
        mono, rate = end, next_rate
        pacing.change(rate)


def test_of_what_an_earlier_process_sent_the_latest_counts_where_the_rate_is_lower() -> None:
    before, after = paced(3), paced(2)
    before.begin(0.0)
    before.begin(10.0)
    after.load(before.dump(Moment(20.0, 1_000.0)), Moment(20.0, 1_000.0))

    assert (after.wait(20.0), after.wait(70.0)) == (50.0, 0.0)


def test_what_an_earlier_process_sent_counts() -> None:
    """As wall time on disk: its monotonic clock means nothing here."""
    before, after = Pacing(SendRate(2, 60.0), Random(1)), Pacing(SendRate(2, 60.0), Random(1))
    before.begin(100.0)
    kept = before.dump(Moment(110.0, 1_000.0))
    after.load(kept, Moment(5.0, 1_020.0))

    assert kept == {"sent": [990.0, 1_000.0]}
    assert after.wait(5.0) == 30.0


def test_what_does_not_count_any_more_is_not_kept() -> None:
    pacing = Pacing(SendRate(2, 60.0), Random(1))
    pacing.begin(100.0)

    assert pacing.dump(Moment(160.0, 1_000.0)) == {"sent": [1_000.0]}
