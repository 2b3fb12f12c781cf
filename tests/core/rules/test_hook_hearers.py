"""Which rules hear of a hook."""

from __future__ import annotations

import pytest

from automaton.core.rules.hook_hearers import hears_without_server, hook_hearers
from tests.core.story import book

RULES = """
rules:
  - {id: opens, when: {hook: deploy}, do: [{notify: ops, text: x}]}
  - {id: waits, by: fleet, when: {hook: other}, do: [{wait: {hook: deploy}, within: 5m}]}
  - {id: "off", arm: off, when: {hook: deploy}, do: [{notify: ops, text: x}]}
  - {id: not, when: {hook: other}, do: [{notify: ops, text: x}]}
"""


@pytest.mark.parametrize(
    ("hook", "hearers", "without"),
    [("deploy", ["opens", "waits", "off"], True), ("other", ["waits", "not"], True), ("none", [], False)],
)
def test_rules_hear_of_a_hook_in_their_trigger_and_in_their_steps(
    hook: str, hearers: list[str], without: bool
) -> None:
    found = hook_hearers(book(RULES).rules, hook)

    assert [rule.id for rule in found] == hearers
    assert hears_without_server(found) is without


def test_a_call_without_a_server_is_heard_by_rules_of_the_fleet_alone() -> None:
    assert not hears_without_server(rule for rule in book(RULES).rules if rule.id != "waits")
