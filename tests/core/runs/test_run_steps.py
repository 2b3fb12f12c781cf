"""The steps of a run by its rule, and the fingerprint by which they are known after a restart."""

from __future__ import annotations

import pytest

from automaton.core.rules.rule import Rule
from automaton.core.runs.run import RunKind
from automaton.core.runs.run_steps import MOST_KEPT, StepFingerprints, steps_of
from tests.core.story import book

RULES = """
rules:
  - id: a
    when: {event: crash}
    until: 1h
    breaker: {max: 1, within: 1h, then: [{notify: ops, text: tripped}]}
    escalate: [{after: 1m, do: [{notify: ops, text: late}]}]
    do: [{send: list}]
    on_clear: [{send: "say over"}]
"""


def rule(text: str = RULES) -> Rule:
    return book(text).rules[0]


@pytest.mark.parametrize(
    ("kind", "which", "verbs"),
    [
        (RunKind.DO, 0, ["send"]),
        (RunKind.CLEAR, 0, ["send"]),
        (RunKind.ESCALATION, 0, ["notify"]),
        (RunKind.ESCALATION, 1, []),
        (RunKind.TRIPPED, 0, ["notify"]),
    ],
)
def test_each_kind_of_run_has_its_list_and_one_that_the_rule_has_no_longer_is_empty(
    kind: RunKind, which: int, verbs: list[str]
) -> None:
    assert [one.verb for one in steps_of(rule(), kind, which)] == verbs


def test_a_rule_without_a_breaker_has_no_steps_for_it() -> None:
    bare = rule("rules: [{id: a, when: {event: crash}, do: [{send: list}]}]")

    assert steps_of(bare, RunKind.TRIPPED, 0) == ()
    assert steps_of(bare, RunKind.CLEAR, 0) == ()


def test_equal_steps_of_another_reading_of_the_file_have_the_same_fingerprint() -> None:
    prints = StepFingerprints()
    one, other = rule(), rule(RULES.replace("{send: list}", "{send: lists}"))

    assert prints.of(one.do) == prints.of(rule().do)
    assert len(prints.of(one.do)) == 16
    assert prints.of(one.do) != prints.of(other.do)
    assert prints.of(one.do) != prints.of(one.on_clear)
    assert prints.of(()) == StepFingerprints().of(())


def test_no_more_are_kept_than_a_bound_and_what_was_let_go_is_the_same_again() -> None:
    prints, steps = StepFingerprints(), rule().do
    before = prints.of(steps)
    for _ in range(MOST_KEPT):
        prints.of((*steps, *steps))  # another list each time

    assert len(prints._known) <= MOST_KEPT
    assert prints.of(steps) == before
