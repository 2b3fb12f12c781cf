"""Mutes its own rule for a while."""

from __future__ import annotations

from typing import ClassVar

from automaton.core.rules.action import Memo, MuteRule, Progress
from automaton.core.rules.scene import StepScene
from automaton.core.stable_names import stable_name
from automaton.schema.base import Duration
from automaton.schema.kinds import ActionModel


@stable_name("Mute")
class Mute(ActionModel):
    """Holds every action of this rule and key for so long.

    ```yaml
    mute: 2h
    ```

    What is still open when it ends is told then; its power actions are not made up for.
    """

    verb: ClassVar[str] = "mute"

    mute: Duration

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Mutes rule and key; a run that is held itself mutes nothing."""
        return MuteRule(self.mute)
