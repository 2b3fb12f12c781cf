"""Escalations that never come: a `when` incident without an `until` ends with its run, long before them."""

from __future__ import annotations

from collections.abc import Iterator

from automaton.problem import Problem, problem_at
from automaton.rulebook.model import RuleModel
from automaton.rulebook.rule_steps import walk
from automaton.schema.scalar import target_of

_AT_ONCE = frozenset({"notify", "say", "send", "mute", "if", "call", "end"})
"""What no run stays in: an incident whose run has only these is over as soon as it is open."""


def vain_escalations(rule: RuleModel) -> Iterator[Problem]:
    """One warning for a rule that is set off, does what takes no time, and escalates."""
    if rule.when is None or rule.until is not None or not rule.escalate:
        return
    is_read = rule.lost.isdisjoint({"until", "do"}) and all(step.is_whole for step in walk([rule.do]))
    if is_read and all(step.verb in _AT_ONCE for step in walk([rule.do])):
        message = (
            "this never escalates: without `until` the incident of a `when` ends with its run,"
            " and nothing in `do` takes time"
        )
        yield problem_at(
            target_of(rule.id), "never-escalates", message, severity="warning",
            expected="`until`, as `until: 1h` or what must hold again",
        )  # fmt: skip
