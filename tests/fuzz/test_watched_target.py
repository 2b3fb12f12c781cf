"""A target that is watched tells what it took, and breaks where an input takes too long."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from fuzz.targets import Target
from fuzz.watched_target import LONGEST_CHECK, WatchedTarget, read_report


def watched(folder: Path, check: object) -> WatchedTarget:
    assert callable(check)
    return WatchedTarget(Target("t", check, list), folder / "t.json")


def test_inputs_are_counted_over_the_processes_of_a_run(tmp_path: Path) -> None:
    for _ in range(2):
        one = watched(tmp_path, lambda data: None)
        one(b"a")
        one(b"b")
        one.tell()

    assert read_report(tmp_path / "t.json").inputs == 4


def test_an_input_that_takes_too_long_breaks_the_target(tmp_path: Path) -> None:
    def busy(_: bytes) -> None:
        end = process_time() + LONGEST_CHECK + 0.1
        while process_time() < end:
            pass

    with pytest.raises(AssertionError, match="an input that takes 1"):
        watched(tmp_path, busy)(b"a")
    assert read_report(tmp_path / "t.json").slowest > LONGEST_CHECK


def test_where_nothing_was_reported_nothing_was_taken(tmp_path: Path) -> None:
    assert read_report(tmp_path / "none.json").inputs == 0
