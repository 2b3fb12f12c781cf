"""Values print by their kind, for people."""

from __future__ import annotations

from math import inf, nan

import pytest

from automaton.core.facts.kind import Kind
from automaton.core.truth import NEVER, Plain, Value
from automaton.expr.printing import show


@pytest.mark.parametrize(
    ("plain", "kind", "text"),
    [
        (93.44, Kind.PERCENT, "93.4 %"),
        (90, Kind.PERCENT, "90 %"),
        (0, Kind.SIZE, "0 B"),
        (1023, Kind.SIZE, "1023 B"),
        (512 * 2**20, Kind.SIZE, "512 MiB"),
        (7.2 * 2**30, Kind.SIZE, "7.2 GiB"),
        (2**30 - 1, Kind.SIZE, "1 GiB"),
        (5000 * 2**40, Kind.SIZE, "5000 TiB"),
        (-(2**20), Kind.SIZE, "-1 MiB"),
        (0, Kind.DURATION, "0s"),
        (0.44, Kind.DURATION, "0.4s"),
        (9.96, Kind.DURATION, "10s"),
        (59.9, Kind.DURATION, "1m"),
        (303.0, Kind.DURATION, "5m 3s"),
        (3605, Kind.DURATION, "1h"),
        (5400, Kind.DURATION, "1h 30m"),
        (90_000, Kind.DURATION, "1d 1h"),
        (2_592_000, Kind.DURATION, "30d"),
        (-90, Kind.DURATION, "-1m 30s"),
        (3.14159, Kind.NUMBER, "3.14"),
        (-0.001, Kind.NUMBER, "0"),
        (12, Kind.NUMBER, "12"),
        (10**400, Kind.NUMBER, "unknown"),
        (-(10**400), None, "unknown"),
        (True, Kind.TRUTH, "yes"),
        (False, None, "no"),
        ("text", Kind.TEXT, "text"),
        (("a", 1, True), Kind.LIST, "a, 1, yes"),
        ((), Kind.LIST, ""),
        (None, Kind.SIZE, "unknown"),
        (nan, Kind.NUMBER, "unknown"),
        (inf, Kind.DURATION, "unknown"),
    ],
)
def test_a_value_prints_by_its_kind(plain: Plain, kind: Kind | None, text: str) -> None:
    assert show(Value(plain), kind) == text


def test_a_lower_bound_says_so() -> None:
    assert show(Value(300.0, slope=1.0, at_least=True), Kind.DURATION) == "at least 5m"


def test_what_lies_between_two_bounds_says_both() -> None:
    assert show(Value(3, at_least=True, at_most=5), Kind.NUMBER) == "3 to 5"
    assert show(Value(0.5, at_least=True, at_most=0.501), Kind.NUMBER) == "0.5"


def test_what_never_comes_says_so() -> None:
    assert show(Value(NEVER), Kind.DURATION) == "never"
