"""Notices in `escalate` and in a tripped breaker are critical unless they say otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from automaton.core.calls import Severity
from automaton.core.rules.action import Action, walk
from automaton.core.rules.rule import Rule
from tests.rulebook.texts import load

RULES = """
macros: {tell: {params: {to: text}, do: [{notify: "${to}"}]}}
rules:
  - id: a
    when: {event: crash}
    do: [{notify: ops}, {call: tell, with: {to: ops}}]
    escalate:
      - {after: 15m, do: [{notify: oncall}, {notify: ops, severity: info}, {call: tell, with: {to: oncall}}]}
    breaker:
      max: 3
      within: 1h
      then: [{if: attempt > 3, do: [{notify: oncall}], else: [{wait: 1m}, {notify: ops}]}]
"""


def rule() -> Rule:
    loaded = load(RULES, None)
    assert [str(problem) for problem in loaded.problems] == []
    return loaded.rules[0]


def severities(steps: Iterable[Action]) -> list[Severity | None]:
    return [getattr(step, "severity", None) for step in walk([tuple(steps)]) if step.verb == "notify"]


def test_in_escalate() -> None:
    assert severities(rule().escalate[0].do) == [Severity.CRITICAL, Severity.INFO, Severity.CRITICAL]


def test_in_what_a_tripped_breaker_does_however_deep_they_stand() -> None:
    breaker = rule().breaker
    assert breaker is not None

    assert severities(breaker.then) == [Severity.CRITICAL, Severity.CRITICAL]


def test_elsewhere_they_have_the_rule_s_own() -> None:
    assert severities(rule().do) == [None, None]
