"""The rules as they are written for SEC."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.peers.sec import Sec
from tests.benchmarks.peers.written_rules import assert_same_hits


def test_a_rule_goes_on_to_the_next_one_after_its_hit() -> None:
    assert Sec().rules(["^one two$", "(?i)two \\d+"]) == (
        "type=Single\ncontinue=TakeNext\nptype=RegExp\npattern=^one two$\ndesc=r0\naction=write - hit r0\n"
        "\n"
        "type=Single\ncontinue=TakeNext\nptype=RegExp\npattern=(?i)two \\d+\ndesc=r1\naction=write - hit r1\n"
    )


def test_it_finds_the_hits_of_the_oracle(tmp_path: Path) -> None:
    assert_same_hits(Sec(), tmp_path)
