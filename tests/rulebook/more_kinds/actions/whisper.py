"""Types a command in small letters."""

from __future__ import annotations

from typing import ClassVar

from automaton.core.console.command import fill_command
from automaton.core.rules.action import Memo, Progress
from automaton.core.rules.scene import StepScene
from automaton.core.runs.typist import type_lines
from automaton.schema.base import TemplateText
from automaton.schema.kinds import ActionModel


class Whisper(ActionModel):
    """A command, in small letters.

    ```yaml
    whisper: "SAY ${it.word}"
    ```
    """

    verb: ClassVar[str] = "whisper"
    needs_lock: ClassVar[bool] = True

    whisper: TemplateText

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        def fill() -> list[str]:
            return [fill_command(self.whisper, scene, scene.now.mono, scene.pack).lower()]

        return type_lines(scene, memo, fill)
