"""How fast something grows, and how sure that is."""

from __future__ import annotations

import pytest

from tests.benchmarks.soak import slope


def test_what_grows_evenly_grows_by_so_much_a_minute_and_for_certain() -> None:
    grows, half = slope([(10.0 * place, 100.0 + 0.5 * (10 * place // 60)) for place in range(60)])

    assert grows == pytest.approx(0.5)
    assert half == pytest.approx(0.0, abs=1e-9)


def test_what_only_goes_up_and_down_may_be_flat() -> None:
    grows, half = slope([(60.0 * minute, 100.0 + (minute % 2)) for minute in range(20)])

    assert abs(grows) < half
