"""The base of every action that may fail: what follows then is its `else`, nothing, or the end of the run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Self

from pydantic import Field, model_validator

from automaton.core.decision import Verdict
from automaton.core.rules.action import NO_RESULT, EndRun, Into, Next, Progress, StepResult
from automaton.schema.base import Flag
from automaton.schema.invalid import invalid
from automaton.schema.kind_fields import Steps
from automaton.schema.kinds import ActionModel

ELSE, OPTIONAL = "else", "optional"
REASON = "reason"


class MayFail(ActionModel):
    """An action with an `else`, in which `result.reason` says why it failed; the run goes on after it.

    `optional: true` is an `else` that does nothing. Without either the run fails. `gives` are the names
    under `result.` that the step has for those that follow, whether it was done or failed.
    """

    gives: ClassVar[frozenset[str]] = frozenset()

    else_: Steps | None = Field(default=None, alias=ELSE)
    optional: Flag = False

    @model_validator(mode="after")
    def _goes_on_in_one_way(self) -> Self:
        if self.optional and self.else_ is not None:
            raise invalid("in-vain", "`optional: true` is an `else` that does nothing: write one of them")
        return self

    @classmethod
    def known_keys(cls) -> list[str]:
        """The keys as they are written in a file, its own before those that all have."""
        return [key for key in super().known_keys() if key not in (ELSE, OPTIONAL)] + [ELSE, OPTIONAL]

    def blocks(self) -> tuple[Steps, ...]:
        """Its `else`."""
        return () if self.else_ is None else (self.else_,)

    def failed(self, reason: str, result: StepResult = NO_RESULT) -> Progress:
        """What follows a failure, of which people read the reason."""
        told = {**result, REASON: reason}
        if self.optional:
            return Next(Verdict.ELSE, reason, told)
        return EndRun(Verdict.FAILED, reason) if self.else_ is None else Into(self.else_, False, reason, told)

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """As before there was `optional`: a run that is under way at an upgrade finds its steps unchanged."""
        shown = [one for one in super().__repr_args__() if one[0] != OPTIONAL or one[1]]
        yield from sorted(shown, key=lambda one: one[0] in ("else_", OPTIONAL))
