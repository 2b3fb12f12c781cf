"""What a run of fuzzing tells, out of what libFuzzer printed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fuzz.by_hypothesis import TRIED
from fuzz.run import TargetResult, ended, main, what_broke, what_hangs
from fuzz.watched_target import Taken

CRASH = """
#6\tREDUCE cov: 76 ft: 80

 === Uncaught Python exception: ===
ValueError: zip() argument 2 is longer than argument 1
Traceback (most recent call last):
  File "/srv/fuzz/watched_target.py", line 41, in __call__

==1== ERROR: libFuzzer: fuzz target exited
SUMMARY: libFuzzer: fuzz target exited
artifact_prefix='/srv/'; Test unit written to /srv/crash-da39
"""
HANG = "SUMMARY: libFuzzer: timeout\nTest unit written to /srv/timeout-1\n"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (CRASH, "/srv/crash-da39: ValueError: zip() argument 2 is longer than argument 1"),
        (HANG, "/srv/timeout-1: libFuzzer: timeout"),
        ("No module named atheris\n", "no input was kept: No module named atheris"),
    ],
)
def test_what_broke_is_named_with_the_input_that_did_it(told: str, said: str) -> None:
    assert what_broke(told) == said


def test_a_row_holds_rate_coverage_the_slowest_input_and_memory() -> None:
    result = TargetResult("hooks", 10.0, 76, 84, Taken(5000, 0.0236), ["x"])

    assert result.row().split() == ["hooks", "5000", "500", "76", "24", "84", "1"]


def test_a_target_that_there_is_not_is_refused_before_any_runs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["frame"])

    assert "invalid choice: 'frame'" in capsys.readouterr().err


def test_an_input_that_never_returned_is_kept_under_a_name_of_its_own(tmp_path: Path) -> None:
    (tmp_path / TRIED).write_bytes(b"for ever")

    assert what_hangs(tmp_path) == f"{tmp_path}/hang-2530dd8edda28514: it did not end in time"
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"for ever"]
    assert what_hangs(tmp_path) == "no input was kept: it did not end in time"


def test_a_process_that_does_not_end_is_ended_and_a_finding(tmp_path: Path) -> None:
    """As by_hypothesis.py does not where a target never returns."""
    hangs = f"import pathlib; pathlib.Path({str(tmp_path / TRIED)!r}).write_bytes(b'x')\nwhile True: pass"
    _, broke = ended([sys.executable, "-c", hangs], 1.0, tmp_path)

    assert "it did not end in time" in broke
    assert [ended([sys.executable, "-c", text], 20.0, tmp_path)[1] for text in ("", "0 / 0")] == [
        "", "no input was kept: ZeroDivisionError: division by zero",
    ]  # fmt: skip
