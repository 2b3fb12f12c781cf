"""A rule by `node` is judged for nodes: a test without one says nothing of it."""

from __future__ import annotations

import pytest

from automaton.packs.load import Packs, read_packs
from automaton.ruletest.suite import suite_of

PACKS = Packs(read_packs(())[0])
NODE = '{id: hot, by: node, while: count(memory_pct > 90) >= 1, do: [{notify: ops, text: "x"}]}'
SERVER = '{id: full, while: memory_pct > 90, do: [{notify: ops, text: "x"}]}'


def told(*rules: str, server: str = "name: lobby", feed: str = "", only: str = "") -> list[str]:
    text = f"""
rules: [{", ".join(rules)}]
tests:
  - {{name: a, {only}server: {{{server}}}, feed: [{{at: 0s, cpu_pct: 5{feed}}}], expect: [{{never: power}}]}}
"""
    return [str(problem) for problem in suite_of({"r.yml": text}, PACKS)[1]]


def test_a_test_whose_servers_have_no_node_is_an_error() -> None:
    (problem,) = told(NODE)

    assert problem.startswith("r.yml:4:")
    assert "`hot` is judged by `node`, and no server of this test has one" in problem


@pytest.mark.parametrize(
    ("rules", "server", "feed", "only"),
    [
        ((NODE,), "name: lobby, node: eu-1", "", ""),
        ((NODE,), "name: lobby", ", node: eu-1", ""),
        ((NODE, SERVER), "name: lobby", "", ""),
        ((NODE, SERVER), "name: lobby", "", "rules: [full], "),
    ],
)
def test_one_with_a_node_or_with_another_rule_is_none(
    rules: tuple[str, ...], server: str, feed: str, only: str
) -> None:
    assert told(*rules, server=server, feed=feed, only=only) == []
