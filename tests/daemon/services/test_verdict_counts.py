"""Verdicts by rule: bounded, and none is lost."""

from __future__ import annotations

from collections import Counter

from automaton.core.decision import Verdict
from automaton.daemon.services.verdict_counts import OTHERS, bounded_verdicts


def test_rules_beyond_the_bound_are_counted_together_and_their_number_is_told() -> None:
    counted = Counter({(f"rule-{number}", Verdict.FIRED): number + 1 for number in range(5)})

    found, together = bounded_verdicts(counted, most=2)

    assert found == {
        ("rule-0", Verdict.FIRED): 1,
        ("rule-1", Verdict.FIRED): 2,
        (OTHERS, Verdict.FIRED): 3 + 4 + 5,
    }
    assert together == 3


def test_a_rule_that_is_called_as_the_others_are_is_counted_with_them() -> None:
    counted = Counter({(OTHERS, Verdict.FIRED): 1, ("a", Verdict.FIRED): 2, ("b", Verdict.FIRED): 4})

    found, together = bounded_verdicts(counted, most=2)

    assert found == {(OTHERS, Verdict.FIRED): 5, ("a", Verdict.FIRED): 2}
    assert together == 1


def test_a_rule_that_has_its_own_series_keeps_them_however_many_come() -> None:
    counted = Counter({("a", Verdict.FIRED): 1})
    before, _ = bounded_verdicts(counted, most=1)
    counted.update({("b", Verdict.FIRED): 100, ("a", Verdict.CLEARED): 1})
    after, _ = bounded_verdicts(counted, most=1)

    assert before["a", Verdict.FIRED] == after["a", Verdict.FIRED] == 1
    assert after["a", Verdict.CLEARED] == 1
