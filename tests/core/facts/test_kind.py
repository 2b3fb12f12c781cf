"""The kinds of values."""

from __future__ import annotations

from automaton.core.facts.kind import Kind


def test_a_kind_says_what_its_numbers_count() -> None:
    assert {kind: kind.unit for kind in Kind if kind.unit} == {
        Kind.PERCENT: "percent",
        Kind.SIZE: "bytes",
        Kind.DURATION: "seconds",
    }
