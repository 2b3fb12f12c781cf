"""A percent goes to 100: who compares it with a fraction is told."""

from __future__ import annotations

import pytest

from tests.rulebook.texts import load


def doubts(condition: str) -> list[tuple[str, str, int]]:
    loaded = load(f"rules: [{{id: a, while: {condition}, do: [{{notify: ops}}]}}]")
    assert loaded.problems == []
    return [(one.code, one.suggestion, one.column) for one in loaded.doubts]


@pytest.mark.parametrize(
    ("condition", "instead"),
    [
        ("memory_pct > 0.9", "90"),
        ("disk_pct >= 0.955", "95.5"),
        ("0.05 > memory_pct", "5"),
        ("'avg(memory_pct, 5m) > 0.9'", "90"),
    ],
)
def test_a_fraction_that_a_percent_is_compared_with_is_told_with_what_to_write(
    condition: str, instead: str
) -> None:
    assert [(code, suggestion) for code, suggestion, _ in doubts(condition)] == [
        ("fraction-compared", instead)
    ]


def test_it_is_told_at_the_number() -> None:
    ((_, _, column),) = doubts("memory_pct > 0.9")

    assert column == len("rules: [{id: a, while: memory_pct > ") + 1


@pytest.mark.parametrize(
    "condition",
    [
        "memory_pct > 1",
        "memory_pct > 1.5",
        "memory_pct > 0.9%",
        "cpu_pct < 0.5",
        "'rate(memory_pct, 5m) > 0.1'",
        "'memory_pct - avg(memory_pct, 1h) > 0.5'",
    ],
)
def test_what_can_be_meant_as_it_is_written_is_left_alone(condition: str) -> None:
    assert doubts(condition) == []


def test_one_in_a_text_is_told_too() -> None:
    loaded = load('rules: [{id: a, while: suspended, do: [{notify: ops, text: "${memory_pct > 0.9}"}]}]')

    assert [one.code for one in loaded.doubts] == ["fraction-compared"]
