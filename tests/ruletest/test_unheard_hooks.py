"""Calls of hooks in a feed: whom they reach, and that nobody is an error."""

from __future__ import annotations

import pytest

from automaton.packs.load import Packs, read_packs
from automaton.ruletest.suite import suite_of

PACKS = Packs(read_packs(())[0])


def told(by: str, call: str) -> list[str]:
    """What is wrong with a test in which a hook is called so, of a rule by this."""
    text = f"""
rules: [{{id: bought, by: {by}, when: {{hook: shop}}, do: [{{notify: ops, text: x}}]}}]
tests: [{{name: a, server: {{name: lobby}}, feed: [{{at: 0s, {call}}}], expect: [{{notify: ops}}]}}]
"""
    return [str(problem) for problem in suite_of({"r.yml": text}, PACKS)[1]]


def test_a_call_without_a_server_of_which_no_rule_can_hear_is_an_error() -> None:
    (problem,) = told("server", "hook: shop, player: Eve")

    assert problem.startswith("r.yml:3:")
    assert "without a `server` reaches only rules by `fleet`, and `bought` is none" in problem


@pytest.mark.parametrize(
    ("by", "call"),
    [
        ("server", "hook: shop, server: lobby, player: Eve"),
        ("fleet", "hook: shop, player: Eve"),
        ("[fleet, it.player]", "hook: shop, player: Eve"),
        ("server", "hook: other"),
    ],
)
def test_one_that_is_heard_is_none_nor_one_that_no_rule_waits_for(by: str, call: str) -> None:
    assert told(by, call) == []
