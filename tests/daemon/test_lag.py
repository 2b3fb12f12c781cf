"""How long events waited, in bounded memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automaton.daemon.lag import STEPS, Lag


def test_no_events_waited_for_nothing() -> None:
    assert Lag().percentile(0.99) == 0.0


@given(st.lists(st.floats(0, 200), min_size=1, max_size=200), st.sampled_from([0.5, 0.99, 1.0]))
def test_a_percentile_is_never_less_than_the_truth_and_at_most_one_step_more(
    waits: list[float], share: float
) -> None:
    lag = Lag()
    for wait in waits:
        lag.add(wait)
    truth = sorted(waits)[max(0, -(-int(share * len(waits) * 1000) // 1000) - 1)]

    told = lag.percentile(share)
    assert told >= truth - 1e-12
    assert told <= max(2 * truth, STEPS[0]) + 1e-12 or told <= max(waits)
