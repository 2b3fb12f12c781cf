"""Durations and sizes as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.errors import Invalid
from automaton.expr.units import duration, size, write_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("10m", 600),
        ("1h30m", 5400),
        ("2d", 172_800),
        ("1w", 604_800),
        ("90s", 90),
        ("0s", 0),
        ("250ms", 0.25),
    ],
)
def test_a_duration_is_seconds(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("90", "90s"),
        ("", ""),
        ("1.5h", "1h30m"),
        ("30 minutes", "30m"),
        ("5 min", "5m"),
        ("10M", "10m"),
        ("30m1h", "1h30m"),
        ("1h 30 min", "1h30m"),
        ("00:05:00", "5m"),
        ("5m, 1m", "[5m, 1m]"),
        ("forever", ""),
        ("-5m", ""),
        ("banana", ""),
        ("５s", ""),
        ("999999999999w", ""),
    ],
)
def test_what_is_no_duration_says_what_to_write(text: str, suggestion: str) -> None:
    with pytest.raises(Invalid) as caught:
        duration(text)

    assert caught.value.problem.suggestion == suggestion


@pytest.mark.parametrize(
    ("text", "bytes_"),
    [("512MiB", 2**29), ("8GiB", 2**33), ("1.5KiB", 1536), ("0B", 0), ("2TiB", 2**41), ("8 GiB", 2**33)],
)
def test_a_size_is_bytes(text: str, bytes_: int) -> None:
    assert size(text) == bytes_


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("512", "512B"),
        ("512MB", "512MiB"),
        ("8g", "8GiB"),
        ("8 kb", "8KiB"),
        ("", ""),
        ("-1GiB", ""),
        ("x", ""),
    ],
)
def test_what_is_no_size_says_what_to_write(text: str, suggestion: str) -> None:
    with pytest.raises(Invalid) as caught:
        size(text)

    assert caught.value.problem.suggestion == suggestion


@given(st.integers(0, 10**9))
def test_a_duration_is_written_as_it_is_read(milliseconds: int) -> None:
    assert duration(write_duration(milliseconds / 1000)) == pytest.approx(milliseconds / 1000)
