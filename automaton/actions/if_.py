"""Takes one list of steps or the other."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from automaton.core.rules.action import Into, Memo, Progress
from automaton.core.rules.scene import StepScene
from automaton.core.stable_names import stable_name
from automaton.schema.base import ExpressionText
from automaton.schema.kind_fields import Steps
from automaton.schema.kinds import ActionModel


@stable_name("If")
class If(ActionModel):
    """Runs `do` where the expression is true, else `else`; unknown counts as false.

    ```yaml
    if: memory_pct > 95
    do: [{send: "kick ${it.player}"}]
    else: [{say: "Memory is short"}]
    ```
    """

    verb: ClassVar[str] = "if"

    if_: ExpressionText = Field(alias="if")
    do: Steps
    else_: Steps = Field(default=(), alias="else")

    def blocks(self) -> tuple[Steps, ...]:
        """`do` and `else`."""
        return (self.do, self.else_)

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Goes into one of the two lists."""
        is_true = self.if_.truth(scene, scene.now.mono).value is True
        return Into(self.do if is_true else self.else_)
