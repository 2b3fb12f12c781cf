"""How long events waited, counted in steps."""

from __future__ import annotations

import pytest

from automaton.daemon.lag import STEPS, Lag


def test_nothing_was_counted_yet() -> None:
    lag = Lag()

    assert (sum(lag.counts), lag.events, lag.longest) == (0, 0, 0.0)


@pytest.mark.parametrize("step", [0, 7, len(STEPS) - 1])
def test_a_wait_counts_in_the_first_step_that_it_does_not_exceed(step: int) -> None:
    lag = Lag()
    lag.add(STEPS[step])
    lag.add(STEPS[step] * 1.01)

    assert (lag.counts[step], lag.counts[step + 1]) == (1, 1)
    assert (lag.events, lag.longest) == (2, STEPS[step] * 1.01)
    assert lag.seconds == pytest.approx(STEPS[step] * 2.01)


def test_an_event_of_a_moment_to_come_did_not_wait() -> None:
    lag = Lag()
    lag.add(-0.5)

    assert (lag.counts[0], lag.events, lag.longest, lag.seconds) == (1, 1, 0.0, 0.0)


def test_it_does_not_grow_with_the_events() -> None:
    lag = Lag()
    for number in range(1000):
        lag.add(number * 10.0)

    assert len(lag.counts) == len(STEPS) + 1
    assert sum(lag.counts) == lag.events == 1000
