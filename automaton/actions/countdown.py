"""Counts down to something, tells the players, and can be cancelled until its end."""

from __future__ import annotations

from math import ceil, inf
from typing import ClassVar, Self

from pydantic import Field, model_validator

from automaton.core.calls import SendCommand
from automaton.core.console.command import CommandRefused, fill_broadcast
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.ports import Listens
from automaton.core.rules.action import Ask, EndRun, Into, Memo, Next, Progress, Rest
from automaton.core.rules.scene import StepScene
from automaton.core.stable_names import stable_name
from automaton.schema.base import Duration, ExpressionText, OneOrMany, TemplateText
from automaton.schema.invalid import invalid
from automaton.schema.kind_fields import Steps
from automaton.schema.kinds import ActionModel

ENDS_AT, SAID, HELD, TOLD = "ends_at", "said", "held", "told"
BUSY = "another run has the server's hand"
A_HAIR = 1e-6  # seconds: a sum of floats may fall short of the mark that it was computed from


@stable_name("Countdown")
class Countdown(ActionModel):
    """A time that passes, and what is said `at` which seconds left.

    ```yaml
    countdown: 5m
    at: [5m, 2m, 1m, 30s, 10s]
    say: "Low memory: restart in ${left}"
    unless: players == 0
    else: [{say: "Memory recovered, restart cancelled."}]
    ```

    Without `at` it is said once, at the beginning; so it is where a mark lies before that, as in a macro for
    countdowns of every length. It is cancelled when the incident clears, when `unless` comes true (unknown is
    not true), and when the server leaves `running`: then its `else` runs, and the run ends. Other runs act
    between its marks; a mark that has to wait for them is said when they are done, or left out once the next
    is due. While a gate holds a mark, as `automaton hold` does, its time stands still. Where the server is
    not running there is nobody to count for: it is skipped, and the run goes on. A broadcast that the world
    does not take fails the run.
    """

    verb: ClassVar[str] = "countdown"
    needs_lock: ClassVar[bool] = True
    keeps_lock: ClassVar[bool] = False

    countdown: Duration
    at: OneOrMany[Duration] = ()
    say: TemplateText | None = None
    unless: ExpressionText | None = None
    else_: Steps | None = Field(default=None, alias="else")

    @model_validator(mode="after")
    def _says_nothing_in_vain(self) -> Self:
        if self.at and self.say is None:
            raise invalid("in-vain", "`at` is when something is said, and there is no `say`")
        if self.at and all(mark > self.countdown for mark in self.at):
            raise invalid("in-vain", "every mark of `at` lies before the beginning of the countdown")
        return self

    def blocks(self) -> tuple[Steps, ...]:
        """Its `else`."""
        return () if self.else_ is None else (self.else_,)

    def listens(self) -> Listens:
        """The state, and what `unless` reads."""
        return Listens(facts=frozenset({"state"}) | (self.unless.names if self.unless else frozenset()))

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Says what is due, and rests until the next mark or until `unless` may have changed."""
        mono, state, outcome = scene.now.mono, scene.state, scene.outcome
        if memo is None:
            if state not in (None, State.RUNNING):
                return Next(Verdict.NOT_POSSIBLE, f"the server is {state}: there is nobody to count for")
            memo = {ENDS_AT: mono + self.countdown, SAID: None}
        # Nobody was told how little is left, so what a gate held a mark for does not count.
        ends_at = float(memo[ENDS_AT] or 0.0) + scene.held_for
        memo = {ENDS_AT: ends_at, SAID: memo[SAID], TOLD: memo.get(TOLD, False)}
        # Before the time left is read: it can be cancelled up to the very moment of its end.
        truth = self.unless.truth(scene, mono) if self.unless is not None else None
        if truth is not None and truth.value is True:
            return self._cancelled("`unless` is true")
        if state not in (None, State.RUNNING):
            return self._cancelled(f"the server is {state}")
        if outcome is not None and outcome.is_in_vain:
            return EndRun(Verdict.FAILED, outcome.detail)
        left = float(memo[ENDS_AT] or 0.0) - mono
        if left <= A_HAIR:
            return self._over(scene)
        if scene.resumed and memo[SAID] is not None:  # the time left is said again (rule-language 4.7)
            memo = {**memo, SAID: None, TOLD: True}
        mark = max((mark for mark in self._marks if mark < left - A_HAIR), default=0.0)
        until = min(mono + left - mark, truth.until if truth is not None else inf)
        if self._is_to_be_said(scene, memo, left):
            return self._tell(scene, memo, left, Rest(memo, until, detail=BUSY))
        return Rest(memo, until, lets_go=True)

    def over_at(self, memo: Memo) -> float | None:
        """Its end: before it comes it rests from mark to mark."""
        return float(memo[ENDS_AT] or 0.0)

    def cleared(self, scene: StepScene, memo: Memo) -> Progress | None:
        """Its `else`, which takes back what was announced; nothing was where a gate holds its first mark."""
        if memo.get(HELD) and memo[SAID] is None and not memo.get(TOLD):
            return None
        return self._cancelled("the incident cleared")

    @property
    def _marks(self) -> tuple[float, ...]:
        return self.at or (self.countdown,)

    def _is_to_be_said(self, scene: StepScene, memo: Memo, left: float) -> bool:
        """Whether a mark was reached that was not said; of several at once, only the time left is said."""
        if self.say is None or scene.pack.say is None or scene.state is None:
            return False
        said = memo[SAID]  # the seconds that were left when it was last said
        before = inf if said is None else float(said) - A_HAIR
        return any(left - A_HAIR <= mark < before for mark in self._marks)

    def _tell(self, scene: StepScene, memo: Memo, left: float, meanwhile: Rest) -> Progress:
        """Says the time left, now or once the server's hand is free: until then nothing was said."""
        assert self.say is not None
        scene = scene.with_left(float(ceil(left - A_HAIR)))
        try:
            command = fill_broadcast(self.say, scene, scene.now.mono, scene.pack)
        except CommandRefused as refusal:
            return EndRun(Verdict.REFUSED, str(refusal))
        call = SendCommand(server=scene.facts.profile.uuid, command=command)
        return Ask(call, {**memo, SAID: left}, kept={**memo, HELD: True}, meanwhile=meanwhile)

    def _cancelled(self, why: str) -> Progress:
        if self.else_ is None:
            return EndRun(Verdict.ENDED, f"cancelled: {why}")
        return Into(self.else_, ends=True)

    def _over(self, scene: StepScene) -> Progress:
        if self.say is not None and scene.pack.say is None:
            return Next(Verdict.NOT_POSSIBLE, "this server's pack has no broadcast: nobody was told")
        return Next()
