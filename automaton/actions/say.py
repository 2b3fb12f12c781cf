"""Tells the players something, by the broadcast of the server's pack."""

from __future__ import annotations

from typing import ClassVar

from automaton.core.console.command import fill_broadcast
from automaton.core.decision import Verdict
from automaton.core.rules.action import Memo, Next, Progress
from automaton.core.rules.scene import StepScene
from automaton.core.runs.typist import type_lines
from automaton.core.stable_names import stable_name
from automaton.schema.base import TemplateText
from automaton.schema.kinds import ActionModel


@stable_name("Say")
class Say(ActionModel):
    """A text to everybody on the server.

    ```yaml
    say: "Low memory: restart soon"
    ```

    Where the game has no broadcast, or the server is not running, it is skipped and the run goes on.
    """

    verb: ClassVar[str] = "say"
    needs_lock: ClassVar[bool] = True

    say: TemplateText

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Types the broadcast, unless the game has none."""
        if scene.pack.say is None:
            return Next(Verdict.NOT_POSSIBLE, "this server's pack has no broadcast")
        return type_lines(scene, memo, lambda: [fill_broadcast(self.say, scene, scene.now.mono, scene.pack)])
