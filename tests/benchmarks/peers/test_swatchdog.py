"""The rules as they are written for swatchdog."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.peers.swatchdog import Swatchdog
from tests.benchmarks.peers.written_rules import assert_same_hits


def test_a_slash_does_not_end_the_pattern() -> None:
    assert Swatchdog().rules(["^one two$", "one/two"]) == (
        "watchfor /^one two$/\n  echo normal\n  continue\n\nwatchfor /one\\/two/\n  echo normal\n  continue\n"
    )


def test_it_finds_the_hits_of_the_oracle(tmp_path: Path) -> None:
    assert_same_hits(Swatchdog(), tmp_path)
