"""Notices in `escalate` and `breaker.then` are critical unless they say otherwise: things got worse."""

from __future__ import annotations

from automaton.core.calls import Severity
from automaton.schema.kind_fields import Steps
from automaton.schema.kinds import ActionModel


def with_critical_notices(steps: Steps) -> Steps:
    """The steps, with every severity that is not written set to critical."""
    return tuple(_critical(step) for step in steps)


def _critical(step: ActionModel) -> ActionModel:
    if "severity" in type(step).model_fields and getattr(step, "severity", None) is None:
        step = step.model_copy(update={"severity": Severity.CRITICAL})
    return step.changed(_critical)
