"""docs/benchmarks.md is what the committed figures say."""

from __future__ import annotations

import pytest

from tests.benchmarks.page import (
    PAGE_FILE,
    BenchmarkFigure,
    benchmark_figures,
    figures_table,
    page,
    peers_part,
)
from tests.benchmarks.peers.committed import PeerFigures

FIGURES = PeerFigures(
    machine="2 cores, x86_64, Linux",
    rounds=3,
    versions={"automaton": "0.1.0", "SEC": "2.9.3", "swatchdog": None},
    rates={"automaton": {10: 149_123, 1_000: 112_456}, "SEC": {10: 115_000, 1_000: 1_380}},
    by_clock={"automaton": {10: 1, 1_000: 1}, "SEC": {10: 1, 1_000: 1}},
    lines={"automaton": {10: 480_000, 1_000: 300_000}, "SEC": {10: 120_000, 1_000: 60_000}},
)


def test_the_page_is_as_it_is_written_from_the_committed_figures() -> None:
    """`make docs` writes it anew."""
    text = PAGE_FILE.read_text(encoding="utf-8")

    assert page(text) == text


def test_rates_ratios_and_goals_stand_side_by_side_and_what_is_not_here_is_named() -> None:
    assert peers_part(FIGURES) == (
        "2 cores, x86_64, Linux; medians of 3 rounds in turns.\n"
        "\n"
        "Lines a second of CPU time:\n"
        "\n"
        "| | version | 10 rules | 1,000 rules |\n"
        "| --- | --- | --- | --- |\n"
        "| automaton | 0.1.0 | 149,000 | 112,000 |\n"
        "| SEC | 2.9.3 | 115,000 | 1,380 |\n"
        "| swatchdog | not here | – | – |\n"
        "\n"
        "How many times as fast automaton is, and the goal:\n"
        "\n"
        "| against | 10 rules | 1,000 rules |\n"
        "| --- | --- | --- |\n"
        "| SEC | 1.30 × (goal 1.00 ×) | 81 × (goal 200 ×) |\n"
        "| swatchdog | – | – |\n"
        "\n"
        "Lines judged in each measurement: automaton 480,000 / 300,000; SEC 120,000 / 60,000.\n"
    )


def test_before_anything_was_measured_the_page_says_so() -> None:
    assert peers_part(None) == "Nothing was measured yet.\n"


def test_other_figures_are_a_row_each() -> None:
    rows = benchmark_figures("[{figure: f, measured: 1 s, goal: 2 s, conditions: c, version: 1}]")

    assert rows == [BenchmarkFigure("f", "1 s", "2 s", "c", "1")]
    assert figures_table(rows) == (
        "| figure | measured | goal | conditions | version |\n| --- | --- | --- | --- | --- |\n"
        "| f | 1 s | 2 s | c | 1 |\n"
    )


def test_a_row_with_another_key_is_no_figure() -> None:
    with pytest.raises(TypeError, match="aim"):
        benchmark_figures("[{figure: f, measured: 1 s, aim: 2 s, conditions: c, version: 1}]")
