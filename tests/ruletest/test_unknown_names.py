"""A name that a test does not have is told with those that it has."""

from __future__ import annotations

from automaton.problem import FilePlace
from automaton.ruletest.unknown_names import unknown_rule

HERE = FilePlace("rules.yml", 3, 5)


def test_the_nearest_is_proposed_and_without_one_the_first_few_are_named() -> None:
    many = [f"rule-{number}" for number in range(7)]

    assert [str(one) for one in unknown_rule("ruel-1", HERE, many)] == [
        "rules.yml:3:5: error: this test has no rule `ruel-1`, did you mean `rule-1`?"
    ]
    assert [str(one) for one in unknown_rule("crash", HERE, many)] == [
        "rules.yml:3:5: error: this test has no rule `crash`; expected one of its rules: `rule-0`, `rule-1`,"
        " `rule-2`, `rule-3`, `rule-4` and 2 more"
    ]


def test_a_glob_names_whatever_fits() -> None:
    assert list(unknown_rule("rule-*", HERE, ["rule-1"])) == []
