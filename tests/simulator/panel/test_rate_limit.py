from __future__ import annotations

from automaton.simulator.panel.rate_limit import FixedWindows, RateUsage


def test_a_window_counts_and_then_says_when_it_ends() -> None:
    windows = FixedWindows(2)

    rates = [windows.count("a", 10.0), windows.count("a", 20.0), windows.count("a", 30.0)]

    assert rates == [RateUsage(2, 1), RateUsage(2, 0), RateUsage(2, 0, 40)]
    assert windows.count("b", 30.0) == RateUsage(2, 1)
    assert windows.count("a", 70.0) == RateUsage(2, 1)
