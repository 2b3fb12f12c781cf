"""A rule's clocks start over where what they depend on changes, and only there."""

from __future__ import annotations

import pytest

from automaton.core.rules.judged_by import judged_by, judging_fingerprint
from automaton.core.rules.rule import Rule
from tests.core.story import book

BASE = "{id: a, when: {console: '^x'}, count: 3, within: 1m, do: [{notify: ops}]}"


def rule(text: str) -> Rule:
    (found,) = book(f"rules: [{text}]").rules
    return found


@pytest.mark.parametrize(
    ("was", "becomes", "is_same"),
    [
        ("'^x'", "'^y'", False),
        ("count: 3", "count: 3, distinct: it.line", False),
        ("count: 3, within: 1m", "unless: {console: '^z'}, within: 1m", False),
        ("count: 3", "count: 4", True),
        ("notify: ops", "notify: oncall", True),
        ("id: a", "id: b, cooldown: 5m", True),
    ],
)
def test_what_sets_it_off_is_what_it_is_judged_by(was: str, becomes: str, is_same: bool) -> None:
    one, other = rule(BASE), rule(BASE.replace(was, becomes))

    assert (judged_by(one) == judged_by(other)) is is_same
    assert (judging_fingerprint(one) == judging_fingerprint(other)) is is_same


def test_a_rule_that_is_read_again_has_the_fingerprint_that_it_had() -> None:
    assert judging_fingerprint(rule(BASE)) == judging_fingerprint(rule(BASE))
