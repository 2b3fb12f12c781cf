"""The file of committed figures."""

from __future__ import annotations

import platform

from tests.benchmarks.peers.committed import PeerFigures, machine, read, text_of

FIGURES = PeerFigures(
    machine="2 cores",
    rounds=3,
    versions={"automaton": "0.1.0", "SEC": None},
    rates={"automaton": {10: 123_456.7}},
    by_clock={"automaton": {10: 120_000.2}},
    lines={"automaton": {10: 60_000}},
)


def test_what_is_written_is_read_with_rates_in_whole_lines() -> None:
    again = read(text_of(FIGURES))

    assert (again.versions, again.lines, again.machine) == (FIGURES.versions, FIGURES.lines, FIGURES.machine)
    assert (again.rates, again.by_clock) == ({"automaton": {10: 123_457}}, {"automaton": {10: 120_000}})


def test_a_machine_is_told_without_its_name() -> None:
    assert platform.node() not in machine()
