"""The rules as they are written for ansible-rulebook."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.benchmarks.peers.ansible_rulebook import AnsibleRulebook
from tests.benchmarks.peers.written_rules import assert_same_hits


def test_a_group_has_the_name_that_java_gives_it() -> None:
    (book,) = yaml.safe_load(AnsibleRulebook().rules(["one: (?P<what>\\d+)"]))

    assert book["rules"] == [
        {
            "name": "r0",
            "condition": 'event.line is search("one: (?<what>\\d+)")',
            "action": {"debug": {"msg": "hit r0"}},
        }
    ]


def test_all_rules_look_at_each_line() -> None:
    (book,) = yaml.safe_load(AnsibleRulebook().rules(["one"]))

    assert book["match_multiple_rules"]


@pytest.mark.long
def test_it_finds_the_hits_of_the_oracle(tmp_path: Path) -> None:
    assert_same_hits(AnsibleRulebook(), tmp_path)
