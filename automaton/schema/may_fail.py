"""The base of every action that may fail: what follows then is its `else`, nothing, or the end of the run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Self

from pydantic import Field, model_validator

from automaton.core.decision import Verdict
from automaton.core.facts.row import Where
from automaton.core.facts.table import of_rule
from automaton.core.outcome import Outcome, Result
from automaton.core.rules.action import NO_RESULT, EndRun, Into, Next, Progress, StepResult
from automaton.schema.base import Flag
from automaton.schema.invalid import invalid
from automaton.schema.kind_fields import Steps
from automaton.schema.kinds import ActionModel

ELSE, OPTIONAL = "else", "optional"
REASON = "reason"
ANSWER = frozenset(of_rule(Where.ANSWERED))
"""What a step gives that was answered: `result.status` and `result.body`."""


class MayFail(ActionModel):
    """An action with an `else`, in which `result.reason` says why it failed; the run goes on after it.

    `optional: true` is an `else` that does nothing. Without either the run fails. `gives` are the facts, as
    `result.body`, that the step has for those that follow, whether it was done or failed.
    """

    gives: ClassVar[frozenset[str]] = frozenset()
    is_reported: ClassVar[bool] = True
    """Whether `limits.report` hears of a failure with an `else`; not where only an answer was awaited."""

    else_came_later: ClassVar[bool] = False
    """Whether a version knew the action without an `else`."""

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

    def failed(
        self, reason: str, result: StepResult = NO_RESULT, verdict: Verdict = Verdict.FAILED
    ) -> Progress:
        """What follows a failure, of which people read the reason; a run that ends by it has this verdict."""
        told = {**self._answer(), **result, REASON: reason}
        if self.optional:
            return Next(Verdict.ELSE, reason, told)
        if self.else_ is None:
            return EndRun(verdict, reason)
        return Into(self.else_, detail=reason, is_reported=self.is_reported, result=told)

    def answered(self, outcome: Outcome | None) -> Progress:
        """The end of a step by its last call's outcome: done, uncertain, or failed, with what it gives."""
        if outcome is None:  # after a restart nobody can say: what was written counts as done
            return Next(result=self._answer())
        result = self._answer(outcome.status, outcome.body)
        if outcome.is_in_vain:
            return self.failed(outcome.detail, result)
        if outcome.result is Result.UNKNOWN:
            return Next(Verdict.UNCERTAIN, outcome.detail, result)
        return Next(result=result)

    def _answer(self, status: int | None = None, body: str = "") -> StepResult:
        """What it gives, where nothing was answered too: what an earlier step gave is not its own."""
        return {"status": status, "body": body} if self.gives else NO_RESULT

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """Without what came later and is not used, so that a run under way at an upgrade knows its steps."""
        unused: list[tuple[str, object]] = [(OPTIONAL, False)]
        if self.else_came_later:
            unused.append(("else_", None))
        shown = [one for one in super().__repr_args__() if one not in unused]
        yield from sorted(shown, key=lambda one: one[0] in ("else_", OPTIONAL))
