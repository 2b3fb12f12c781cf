"""Notices of what got worse: in `escalate` and in `breaker.then` they are critical by themselves."""

from __future__ import annotations

from automaton.core.calls import Severity
from automaton.schema.kind_fields import Steps
from automaton.schema.kinds import ActionModel


def with_critical_notices(steps: Steps) -> Steps:
    """The steps, their notices critical where they do not say otherwise."""
    return tuple(_critical(step) for step in steps)


def _critical(step: ActionModel) -> ActionModel:
    if "severity" in type(step).model_fields and getattr(step, "severity", None) is None:
        step = step.model_copy(update={"severity": Severity.CRITICAL})
    return step.changed(_critical)
