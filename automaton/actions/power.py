"""A power action, done when its goal holds."""

from __future__ import annotations

from math import inf
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from automaton.core.calls import SetPower, Signal
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.outcome import Outcome, Result
from automaton.core.ports import Listens
from automaton.core.progress import Ask, End, Into, Memo, Next, Progress, Rest
from automaton.core.scene import StepScene
from automaton.schema.base import Duration
from automaton.schema.kind_of import Steps
from automaton.schema.kinds import ActionModel, Wants
from automaton.schema.mistake import mistake

AFTER_OFFLINE = 0.5  # Wings holds its lock for some ms after `offline` (protocol 5.2)
RETRY_FIRST, RETRY_MOST = 2.0, 30.0
RISES_AFTER_KILL = 15.0  # a killed restart goes on by itself; after so long it did not
KILL_AGAIN = 10.0

# The stages of a memo: to be asked, asked and under way, and a kill asked because it took too long.
ASK, UNDER_WAY, KILLED = "ask", "under way", "killed"


class Power(ActionModel):
    """Starts, stops, restarts or kills the server, and makes sure that it came to that.

    ```yaml
    power: restart
    within: 10m
    force_after: 90s
    else: [{notify: oncall, text: "${name} did not come back"}]
    ```

    Done when its goal holds, at once if it already does: up for `start`, `offline` for `stop` and
    `kill`, up anew for `restart`. Wings' lock is retried within `within`. `force_after` kills a server
    that does not stop. `start` and `restart` of a server that an operator stopped is refused, unless
    `override: operator` is written.
    """

    verb: ClassVar[str] = "power"
    needs_hand: ClassVar[bool] = True

    power: Signal
    within: Duration = 600.0
    force_after: Duration | None = None
    override: Literal["operator"] | None = None
    else_: Steps | None = Field(default=None, alias="else")

    @model_validator(mode="after")
    def _says_nothing_in_vain(self) -> Self:
        if self.force_after is not None and self.power in (Signal.START, Signal.KILL):
            raise mistake(
                "in-vain",
                f"`force_after` does nothing with `power: {self.power}`: it kills what does not stop",
            )
        if self.override is not None and self.power not in (Signal.START, Signal.RESTART):
            raise mistake(
                "in-vain", f"`override` does nothing with `power: {self.power}`: it is for what starts"
            )
        return self

    def blocks(self) -> tuple[Steps, ...]:
        return () if self.else_ is None else (self.else_,)

    def wants(self) -> Wants:
        kill = {Signal.KILL} if self.force_after is not None else set()
        return Wants(signals=frozenset({self.power} | kill))

    def listens(self) -> Listens:
        return Listens(facts=frozenset({"state", "stopped_by", "uptime"}), events=frozenset({"ready"}))

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        mono = scene.now.mono
        if memo is None:
            memo = {"stage": ASK, "began_at": mono, "boot": scene.facts.boot, "tries": 0, "retry_at": mono}
        if scene.outcome is not None:
            if scene.shadowed:
                return Next()
            answered = self._answered(memo, scene.outcome, mono)
            if isinstance(answered, End):
                return answered
            memo = answered
        if self._reached(scene, memo):
            return Next()
        if mono >= _at(memo, "began_at") + self.within:
            return self._out_of_time(scene)
        return self._ask(scene, memo) if memo["stage"] == ASK else self._watch(scene, memo)

    def _answered(self, memo: Memo, outcome: Outcome, mono: float) -> Memo | End:
        """What the end of a call makes of the memo. A final refusal ends the run."""
        if outcome.result is Result.DONE or (outcome.result is Result.UNKNOWN and not outcome.passing):
            return memo  # what cannot be known is read from the state, never asked again blindly
        if outcome.result is Result.REFUSED and not outcome.passing:
            return End(Verdict.FAILED, outcome.detail)
        tries = int(memo["tries"] or 0)
        wait = min(RETRY_FIRST * 2**tries, RETRY_MOST)
        stage = ASK if memo["stage"] == UNDER_WAY else UNDER_WAY
        return {**memo, "stage": stage, "tries": tries + 1, "retry_at": mono + wait}

    def _reached(self, scene: StepScene, memo: Memo) -> bool:
        state = scene.state
        is_up = state is State.RUNNING or (state is State.STARTING and scene.facts.ready)
        match self.power:
            case Signal.START:
                return is_up
            case Signal.STOP | Signal.KILL:
                return state is State.OFFLINE
            case Signal.RESTART:
                return is_up and memo["stage"] != ASK and scene.facts.boot > int(memo["boot"] or 0)

    def _ask(self, scene: StepScene, memo: Memo) -> Progress:
        """The first call, as soon as it makes sense."""
        if self._is_stopped_by_hand(scene):
            return End(
                Verdict.REFUSED,
                "an operator stopped this server; `override: operator` would act all the same",
            )
        mono, wake = scene.now.mono, self._not_before(scene, memo)
        if self.force_after is not None and "asked_at" in memo and self._is_stuck_up(scene, memo):
            force_at = _at(memo, "asked_at") + self.force_after
            if mono >= force_at:  # whoever holds Wings' lock does not get it down either
                return self._kill(scene, memo)
            wake = min(wake, force_at)
        if wake > mono:
            return self._rest(memo, wake)
        begun = {"asked_at": mono, **memo, "stage": UNDER_WAY, "boot": scene.facts.boot}
        if scene.state is State.STOPPING and self.power is Signal.STOP:
            return self._watch(scene, begun)  # on its way already
        return Ask(self._call(scene, self.power), begun, counts=memo["tries"] == 0)

    def _not_before(self, scene: StepScene, memo: Memo) -> float:
        """The `mono` before which asking is of no use; `inf` while something else must change first."""
        mono, state, rises = scene.now.mono, scene.state, self.power in (Signal.START, Signal.RESTART)
        if state is None:
            return inf
        if self.power is Signal.START and state is not State.OFFLINE:
            return inf  # it comes up by itself, or goes down first
        wake = _at(memo, "retry_at")
        if rises and state is State.OFFLINE:
            intent = scene.facts.intent
            if intent.by is None and intent.settled_at < inf:
                wake = max(wake, intent.settled_at)
            age = scene.read("state_age")
            if isinstance(age.plain, (int, float)) and not age.at_least:
                wake = max(wake, mono + AFTER_OFFLINE - age.plain)
        return wake

    def _watch(self, scene: StepScene, memo: Memo) -> Progress:
        """Asked, and not there yet: force it where that is wanted, otherwise go on looking."""
        mono, stuck = scene.now.mono, self._is_stuck_up(scene, memo)
        if self.force_after is not None and stuck:
            force_at = _at(memo, "asked_at") + self.force_after
            if memo["stage"] == KILLED:
                force_at = _at(memo, "killed_at") + KILL_AGAIN
            force_at = max(force_at, _at(memo, "retry_at"))
            if mono >= force_at:
                return self._kill(scene, memo)
            return self._rest(memo, force_at)
        if memo["stage"] == KILLED and self.power is Signal.RESTART and scene.state is State.OFFLINE:
            rise_at = _at(memo, "killed_at") + RISES_AFTER_KILL
            if mono >= rise_at:
                again = {**memo, "stage": UNDER_WAY, "asked_at": mono}
                return Ask(self._call(scene, Signal.START), again, counts=False)
            return self._rest(memo, rise_at)
        return self._rest(memo, inf)

    def _kill(self, scene: StepScene, memo: Memo) -> Ask:
        """Part of the same action, so no budget counts it again."""
        forced = {**memo, "stage": KILLED, "killed_at": scene.now.mono}
        return Ask(self._call(scene, Signal.KILL), forced, counts=False)

    def _is_stuck_up(self, scene: StepScene, memo: Memo) -> bool:
        """True while the process that was to go down is still there."""
        goes_down = self.power is not Signal.START
        return goes_down and scene.state not in (None, State.OFFLINE) and scene.facts.boot == memo["boot"]

    def _is_stopped_by_hand(self, scene: StepScene) -> bool:
        if self.power not in (Signal.START, Signal.RESTART) or self.override == "operator":
            return False
        return scene.state in (State.OFFLINE, State.STOPPING) and scene.facts.intent.by == "operator"

    def _out_of_time(self, scene: StepScene) -> Progress:
        if self.else_ is not None:
            return Into(self.else_)
        state = scene.state.value if scene.state else "unknown"
        return End(Verdict.FAILED, f"`{self.power}` did not come to its goal in time, the state is {state}")

    def _rest(self, memo: Memo, until: float) -> Rest:
        return Rest(memo, min(until, _at(memo, "began_at") + self.within))

    def _call(self, scene: StepScene, signal: Signal) -> SetPower:
        return SetPower(server=scene.facts.profile.uuid, signal=signal)


def _at(memo: Memo, key: str) -> float:
    return float(memo.get(key) or 0.0)
