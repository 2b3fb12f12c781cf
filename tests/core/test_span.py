"""Seconds as people say them."""

from __future__ import annotations

import pytest

from automaton.core.span import span


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "0s"),
        (45.0, "45s"),
        (120.0, "2m"),
        (3600.0, "1h"),
        (5400.0, "1h 30m"),
        (3605.0, "1h"),
        (90061.0, "1d 1h"),
    ],
)
def test_the_two_largest_units_are_told(seconds: float, text: str) -> None:
    assert span(seconds) == text
