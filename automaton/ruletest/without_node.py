"""A test of rules by `node` whose servers have none: nothing is judged, so it proves nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from automaton.core.key import By
from automaton.core.rules.rule import Rule
from automaton.problem import Problem, problem_at
from automaton.ruletest.case import Case
from automaton.ruletest.case_names import nodes_of


def without_node(test: Case, rules: Sequence[Rule]) -> Iterator[Problem]:
    """An error where all of its rules are by `node`, and none of its servers is ever fed one."""
    is_by_node = bool(rules) and all(rule.by is By.NODE for rule in rules)
    if is_by_node and not nodes_of(test.servers, test.feed):
        message = f"`{rules[0].id}` is judged by `node`, and no server of this test has one"
        yield problem_at(test.place, "no-node", message, expected="a `node` of a server, as `node: eu-1`")
