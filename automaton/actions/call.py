"""Calls a macro: holds the macro's steps with the parameters filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Self

from pydantic import Field, PrivateAttr, ValidationInfo, model_validator

from automaton.core.rules.action import Into, Memo, Progress
from automaton.core.rules.scene import StepScene
from automaton.core.stable_names import stable_name
from automaton.schema.base import Raw, Slug
from automaton.schema.context import ValidationContext
from automaton.schema.kind_fields import Steps
from automaton.schema.kinds import ActionModel
from automaton.schema.macro import expand_macro


@stable_name("Call")
class CallMacro(ActionModel):
    """The steps of a macro of the rule files.

    ```yaml
    call: safe_restart
    with: {lead: 5m}
    ```

    The kinds of the parameters stand with the macro; each is given, and of that kind. `end` in a macro
    ends the run.
    """

    verb: ClassVar[str] = "call"

    call: Slug
    with_: Raw = Field(default=None, alias="with")
    _steps: Steps = PrivateAttr(default=())

    @model_validator(mode="after")
    def _finds_its_steps(self, info: ValidationInfo) -> Self:
        if isinstance(info.context, ValidationContext):
            self._steps = expand_macro(info.context, self.call, self.with_)
        return self

    def blocks(self) -> tuple[Steps, ...]:
        """The macro's steps."""
        return (self._steps,)

    def changed(self, change: Callable[[ActionModel], ActionModel]) -> ActionModel:
        """A copy with changed steps, which pydantic does not see: they are private."""
        copy = self.model_copy()
        copy._steps = tuple(change(step) for step in self._steps)
        return copy

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Goes into the macro's steps."""
        return Into(self._steps)
