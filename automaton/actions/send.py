"""Types console commands."""

from __future__ import annotations

from typing import ClassVar

from automaton.core.console.command import fill_command
from automaton.core.decision import Verdict
from automaton.core.rules.action import Memo, Progress
from automaton.core.rules.scene import StepScene
from automaton.core.runs.typist import type_lines
from automaton.core.stable_names import stable_name
from automaton.schema.base import OneOrMany, TemplateText
from automaton.schema.kinds import Wants
from automaton.schema.may_fail import MayFail


@stable_name("Send")
class Send(MayFail):
    """A console command, or a list of them in order, each after the outcome of the one before.

    ```yaml
    send: ["save-all", "kick ${it.player} spam"]
    optional: true
    ```

    Values are made safe for the server's game; a command that cannot be is refused. Where one is refused, or
    the world does not take it, its `else` runs and the run goes on; without `else` the run ends. Where the
    server is not running it is skipped, and the run goes on.
    """

    verb: ClassVar[str] = "send"
    else_came_later: ClassVar[bool] = True
    needs_lock: ClassVar[bool] = True
    hands_on: ClassVar[bool] = True

    send: OneOrMany[TemplateText]

    def wants(self) -> Wants:
        """Its commands, with their values still blank."""
        return Wants(commands=tuple(self.send))

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Types the next command."""

        def fill() -> list[str]:
            return [fill_command(command, scene, scene.now.mono, scene.pack) for command in self.send]

        def failed(reason: str, verdict: Verdict) -> Progress:
            return self.failed(reason, verdict=verdict)

        return type_lines(scene, memo, fill, failed)
