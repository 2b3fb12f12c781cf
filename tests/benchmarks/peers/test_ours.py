"""The rules as they are written for automaton, and the recording that it judges."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.peers.ours import AutomatonReplay
from tests.benchmarks.peers.written_rules import assert_same_hits


def test_a_quote_does_not_end_the_pattern() -> None:
    assert AutomatonReplay().rules(["^it's$"]) == (
        "rules:\n  - {id: r0, when: {console: '^it''s$'}, do: [{notify: ops}]}\n"
    )


def test_it_finds_the_hits_of_the_oracle(tmp_path: Path) -> None:
    assert_same_hits(AutomatonReplay(), tmp_path)


def test_a_replay_that_differs_from_what_was_recorded_has_no_hits() -> None:
    assert AutomatonReplay().hits('{"exact": false, "rules": [{"sent": 3}]}') == -1
