"""The base of the steps that change a server itself: its files, its variables, its installation.

Law: nothing here is sent twice. After a restart of automaton an answer that never came fails the step.
"""

from __future__ import annotations

from typing import ClassVar

from automaton.core.decision import Verdict
from automaton.core.outcome import Outcome, Result
from automaton.core.rules.action import EndRun, Next, Progress
from automaton.core.rules.scene import StepScene
from automaton.schema.may_fail import MayFail

UNTOLD = "nothing tells whether it was done, and it is not asked for again"


class PanelStep(MayFail):
    """A step that needs the server's hand and a Panel, and is sent once."""

    needs_lock: ClassVar[bool] = True

    def refused(self, reason: str) -> Progress:
        """What follows where the step itself will not ask for this."""
        goes_on = self.optional or self.else_ is not None
        return self.failed(reason) if goes_on else EndRun(Verdict.REFUSED, reason)

    def ended(self, scene: StepScene) -> Progress:
        """What follows the answer. What is said beside a success is that part of it was so already."""
        outcome = scene.outcome
        if scene.shadowed or outcome is None:
            return Next()
        if outcome.result is Result.DONE:
            return Next(Verdict.ALREADY, outcome.detail) if outcome.detail else Next()
        return self.failed(why_failed(outcome))


def why_failed(outcome: Outcome) -> str:
    """The reason of an outcome that is no success."""
    return outcome.detail if outcome.is_in_vain else f"{UNTOLD}: {outcome.detail}"
