"""Names that stand elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from automaton.problem import FilePlace
from automaton.rulebook.references import unknown
from automaton.rulebook.step_checks import Bounds
from automaton.schema.scalar import Scalar
from tests.rulebook.texts import BOUNDS, load, told


def test_an_unknown_name_is_told_with_the_nearest_or_with_all_there_are() -> None:
    name = Scalar("opps", FilePlace("r.yml", 2, 5))

    assert str(unknown("channel", name, ["ops", "oncall"])) == (
        "r.yml:2:5: error: unknown channel `opps`, did you mean `ops`?"
    )
    assert str(unknown("channel", name, ["x", "y"])) == (
        "r.yml:2:5: error: unknown channel `opps`; expected `x`, `y`"
    )
    assert str(unknown("hook", name, [])) == (
        "r.yml:2:5: error: unknown hook `opps`; expected a name of `hooks` in automaton.yml: there is none"
    )


TAGGED = """
groups:
  eu: [{tag: prd}, {tag: "pro*"}]
rules:
  - {id: a, servers: {not: {tag: [PROD, wipd]}}, while: suspended, do: [{notify: ops}]}
  - {id: b, servers: {tag: xyz}, while: suspended, do: [{notify: ops}]}
"""


def tags_missed(bounds: Bounds | None) -> list[str]:
    return [str(one) for one in load(TAGGED, bounds).problems if one.code == "unknown-tag"]


def test_a_tag_that_automaton_yml_has_not_is_warned_of_at_its_place_in_rules_and_groups() -> None:
    missed = "no server has the tag `{}`: it is not in `tags` of automaton.yml{}"

    assert tags_missed(replace(BOUNDS, tags=("prod", "wiped"))) == [
        "r.yml:2:14: warning: " + missed.format("prd", ", did you mean `prod`?"),
        "r.yml:4:41: warning: " + missed.format("wipd", ", did you mean `wiped`?"),
        "r.yml:5:28: warning: " + missed.format("xyz", "; expected `prod`, `wiped`"),
    ]


def test_tags_are_not_missed_where_no_automaton_yml_names_any() -> None:
    assert tags_missed(None) == tags_missed(BOUNDS) == []


def test_each_ring_of_rules_is_told_once() -> None:
    rules = "".join(f" - {{id: {one}, when: {{rule: {other}}}}}\n" for one, other in ("ab", "ba", "cd", "dc"))

    assert [re.split("error: |;", problem)[1] for problem in told(f"rules:\n{rules}")] == [
        "rules set each other off in a ring: a → b → a",
        "rules set each other off in a ring: c → d → c",
    ]


def test_a_rule_that_waits_for_one_that_listens_to_it_is_no_ring() -> None:
    assert (
        told(
            "rules:\n"
            " - {id: a, when: {event: crash}, do: [{wait: {rule: b}, within: 1m, else: [end]}]}\n"
            " - {id: b, when: {rule: a}, do: [end]}\n"
        )
        == []
    )


@pytest.mark.parametrize(
    "rules",
    [
        ' - {id: a, while: not firing("a"), do: [end]}\n',
        ' - {id: a, while: not firing("b"), do: [end]}\n - {id: b, while: firing("a"), do: [end]}\n',
        ' - {id: a, while: not firing("b")}\n - {id: b, when: {rule: a}, until: {rule: a, is: cleared}}\n',
        ' - {id: a, when: {event: crash}, if: firing("b")}\n - {id: b, when: {rule: a}, do: [end]}\n',
        ' - {id: a, by: node, while: count(firing("b")) > 1}\n - {id: b, when: {any: [{rule: a}]}}\n',
    ],
)
def test_a_rule_that_looks_at_itself_by_way_of_firing_is_a_ring_too(rules: str) -> None:
    (problem,) = told(f"rules:\n{rules}")

    assert "rules set each other off in a ring: a" in problem
