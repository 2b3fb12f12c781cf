"""The rules as they are written for fail2ban-regex."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.peers.fail2ban_regex import Fail2banRegex
from tests.benchmarks.peers.written_rules import assert_same_hits


def test_who_failed_is_the_match_between_anchors_and_behind_flags() -> None:
    assert Fail2banRegex().rules(["^one two$", "(?i)one%two"]) == (
        "[Definition]\ndatepattern = {NONE}\n"
        "failregex = ^<F-ID>one two</F-ID>$\n            (?i)<F-ID>one%%two</F-ID>\n"
    )


def test_it_finds_the_hits_of_the_oracle(tmp_path: Path) -> None:
    assert_same_hits(Fail2banRegex(), tmp_path)
