"""Ends the run."""

from __future__ import annotations

from typing import ClassVar, Literal

from automaton.core.decision import Verdict
from automaton.core.rules.action import EndRun, Memo, Progress
from automaton.core.rules.scene import StepScene
from automaton.core.stable_names import stable_name
from automaton.schema.kinds import ActionModel


@stable_name("End")
class End(ActionModel):
    """The run ends here; it has not failed.

    ```yaml
    end
    ```
    """

    verb: ClassVar[str] = "end"

    end: Literal[None] = None

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Ends the run as meant."""
        return EndRun(Verdict.ENDED, "by `end`")
