"""Seconds in which processes waited, between any two moments of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.processes import eventually
from tests.chaos.pressure import pressure, total
from tests.chaos.record import Waits

TEXT = """\
some avg10=62.55 avg60=57.00 avg300=48.29 total=11739743169
full avg10=0.00 avg60=0.00 avg300=0.00 total=0
"""


def test_the_count_is_that_of_anybody_who_waits() -> None:
    assert total(TEXT) == pytest.approx(11739.743169)


def test_what_was_waited_is_what_was_counted_between_two_moments() -> None:
    waits = Waits()
    for at, seconds in ((10.0, 100.0), (20.0, 104.0), (30.0, 104.0), (40.0, 114.0)):
        waits.note(at, seconds)
    assert waits.between(10.0, 20.0) == 4.0
    assert waits.between(12.0, 28.0) == 4.0  # what was counted around it is in it: the law is no stricter
    assert waits.between(20.0, 30.0) == 0.0
    assert waits.between(0.0, 100.0) == 14.0


def test_nothing_is_known_to_have_waited_where_nothing_was_counted() -> None:
    assert Waits().between(0.0, 100.0) == 0.0


def test_it_is_read_while_the_block_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "cpu"
    file.write_text(TEXT)
    with pressure(file, every=0.0) as waits:
        eventually(lambda: len(waits.seen) > 2, lambda: "it is not read again")
    assert {seconds for _, seconds in waits.seen} == {total(TEXT)}


def test_a_linux_that_counts_nothing_holds_nobody_up(tmp_path: Path) -> None:
    with pressure(tmp_path / "missing") as waits:
        assert waits.between(0.0, 1e9) == 0.0
