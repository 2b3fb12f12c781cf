"""Waits for a time, for an expression to be true, or for something to happen."""

from __future__ import annotations

from math import inf
from typing import ClassVar, Self

from pydantic import model_validator

from automaton.core.decision import Verdict
from automaton.core.happening import TIME, Happening
from automaton.core.ports import Listens
from automaton.core.rules.action import Memo, Next, Progress, Rest
from automaton.core.rules.scene import StepScene
from automaton.core.span import span
from automaton.core.stable_names import stable_name
from automaton.expr.expression import Expression
from automaton.schema.base import Duration
from automaton.schema.invalid import invalid
from automaton.schema.kind_fields import Awaited
from automaton.schema.kinds import TriggerModel
from automaton.schema.may_fail import MayFail

BEGAN, TIME_COMES = "began_at", "comes_at"


@stable_name("Wait")
class Wait(MayFail):
    """Waits without the server's hand: other runs may act meanwhile.

    ```yaml
    wait: {event: ready}
    within: 10m
    else: [{notify: ops, text: "${name} is not up yet"}, end]
    ```

    When `within` is over its `else` runs and the run goes on; without `else` the run fails. Without
    `within` it waits until the incident clears. What holds at once is not waited for, and told (`already`).
    In a rule with a list in `by` a trigger waits for a match under the same key: for this player, not any.
    """

    verb: ClassVar[str] = "wait"
    is_reported: ClassVar[bool] = False

    wait: Awaited
    within: Duration | None = None

    @model_validator(mode="after")
    def _says_nothing_in_vain(self) -> Self:
        goes_on = "`optional`" if self.optional else "`else`"
        may_fail = self.optional or self.else_ is not None
        if isinstance(self.wait, float) and (self.within is not None or may_fail):
            raise invalid(
                "in-vain", f"a time always passes: `within` and {goes_on} are for what may not come"
            )
        if may_fail and self.within is None:
            message = (
                f"{goes_on} says what comes when `within` is over, and there is no `within` beside `wait`"
            )
            raise invalid("in-vain", message, suggestion="within: 10m")
        return self

    def listens(self) -> Listens:
        """What its expression reads, or its trigger matches; nothing for a time."""
        if isinstance(self.wait, float):
            return Listens()
        if isinstance(self.wait, Expression):
            return Listens(facts=self.wait.names)
        return self.wait.listens()

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Rests until it came, or until `within` is over."""
        mono, is_first = scene.now.mono, memo is None
        memo = memo or self._begun(scene)
        began = _at(memo, BEGAN)
        if isinstance(self.wait, float):
            until = began + self.wait
            return Next() if mono >= until else Rest(memo, until, lets_go=True)
        deadline = began + self.within if self.within is not None else inf
        came, look_again = self._came(scene, memo)
        if came:
            if is_first and isinstance(self.wait, Expression):
                return Next(Verdict.ALREADY, f"`{self.wait.source}` is true")
            return Next()
        if mono >= deadline:
            return self.failed(self._late())
        return Rest(memo, min(deadline, look_again), lets_go=True)

    def over_at(self, memo: Memo) -> float | None:
        """The end of `within`, never without it; an expression is looked at in between."""
        if isinstance(self.wait, float):
            return None
        return _at(memo, BEGAN) + self.within if self.within is not None else inf

    def _late(self) -> str:
        """Why it failed, and what its file may say of it: by itself a run does not go on from here."""
        late = f"it did not come within {span(self.within or 0.0)}"
        goes_on = self.optional or self.else_ is not None
        return late if goes_on else f"{late}, which ends the run: an `else` would go on"

    def _begun(self, scene: StepScene) -> Memo:
        """The memo of a wait that begins now: that moment, and a schedule's next time."""
        mono, wall = scene.now.mono, scene.now.wall
        time = self.wait.next_time(wall, scene.seed) if isinstance(self.wait, TriggerModel) else None
        return {BEGAN: mono} if time is None else {BEGAN: mono, TIME_COMES: mono + time - wall}

    def _came(self, scene: StepScene, memo: Memo) -> tuple[bool, float]:
        """Whether it came, and the `mono` at which that may change by itself."""
        mono = scene.now.mono
        if isinstance(self.wait, Expression):
            truth = self.wait.truth(scene, mono)
            return truth.value is True, truth.until
        assert isinstance(self.wait, TriggerModel)
        if any(self._matches(self.wait, scene, one) for one in scene.happened):
            return True, inf
        time_comes = _at(memo, TIME_COMES) if TIME_COMES in memo else inf
        if mono < time_comes:
            return False, time_comes
        return self._matches(self.wait, scene, Happening(TIME)), inf

    def _matches(self, trigger: TriggerModel, scene: StepScene, happening: Happening) -> bool:
        fields = trigger.match(happening)
        if fields is None or not scene.is_of_key(fields):
            return False
        return (
            trigger.where is None
            or trigger.where.truth(scene.with_fields(fields), scene.now.mono).value is True
        )


def _at(memo: Memo, key: str) -> float:
    return float(memo[key] or 0.0)
