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
from automaton.core.progress import Ask, End, Into, Memo, Next, Progress, Rest, Spends
from automaton.core.scene import StepScene
from automaton.core.span import span
from automaton.schema.base import Duration
from automaton.schema.kind_of import Steps
from automaton.schema.kinds import ActionModel, Wants
from automaton.schema.mistake import mistake

AFTER_OFFLINE = 0.5  # Wings holds its lock for some ms after `offline` (protocol 5.2)
RETRY_FIRST, RETRY_MOST = 2.0, 30.0
RISES_AFTER_KILL = 15.0  # a killed restart goes on by itself; after so long it did not
KILL_AGAIN = 10.0
COMES_WITHIN = 40.0  # a start whose `starting` did not come by then has failed (rule-language 4.6)
WAITS_UNSENT = 7200.0  # rule-language 4.8: what could not be sent for two hours is dropped

# The stages of a memo: to be asked, asked and under way, and a kill asked because it took too long.
ASK, UNDER_WAY, KILLED = "ask", "under way", "killed"
RISING = (Signal.START, Signal.RESTART)
BY_HAND = "an operator stopped this server; `override: operator` would act all the same"


class Power(ActionModel):
    """Starts, stops, restarts or kills the server, and makes sure that it came to that.

    ```yaml
    power: restart
    within: 10m
    force_after: 90s
    else: [{notify: oncall, text: "${name} did not come back"}]
    ```

    Done when its goal holds, at once if it already does: up for `start`, `offline` for `stop` and
    `kill` (and Wings' own restart after a crash not pending), up anew for `restart`. `within` counts from
    the first sending, and stands still while a gate holds a later try. Wings' lock is retried inside it,
    and so is a start that was seen to fail, in growing waits. `force_after` kills a server that does not
    stop. `start` and `restart` of a server that an operator stopped is refused, unless
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
        return Listens(
            facts=frozenset({"state", "stopped_by", "uptime", "panel_answers"}),
            events=frozenset({"ready", "crash.unhandled"}),
        )

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        mono = scene.now.mono
        if memo is None:
            memo = {"stage": ASK, "began_at": mono, "boot": scene.facts.boot, "tries": 0, "retry_at": mono}
        elif "asked_at" in memo and "try_at" not in memo:  # of an automaton that did not know tries
            memo = {**memo, "try_at": memo["asked_at"], "sent_at": memo["asked_at"]}
        if scene.held_for and _is_sent(memo):
            memo = {**memo, "sent_at": _at(memo, "sent_at") + scene.held_for}
        if scene.outcome is not None:
            if scene.shadowed:
                return Next()
            answered = self._answered(memo, scene.outcome, mono)
            if isinstance(answered, End):
                return answered
            memo = answered
        if self._reached(scene, memo):
            is_news = "asked_at" not in memo and scene.state is not None
            return Next(Verdict.ALREADY, f"the server is {scene.state}") if is_news else Next()
        if self._is_stopped_by_hand(scene):
            return End(Verdict.REFUSED, BY_HAND)
        if mono >= self._until(memo):
            return self._out_of_time(scene, memo)
        return self._ask(scene, memo) if memo["stage"] == ASK else self._watch(scene, memo)

    def _answered(self, memo: Memo, outcome: Outcome, mono: float) -> Memo | End:
        """What the end of a call makes of the memo. A final refusal ends the run."""
        if outcome.result is not Result.FAILED and not _is_sent(memo):
            memo = {**memo, "sent_at": max(_at(memo, "try_at"), _at(memo, "killed_at"))}
        if outcome.result is Result.DONE or (outcome.result is Result.UNKNOWN and not outcome.passing):
            return memo  # what cannot be known is read from the state, never asked again blindly
        if outcome.result is Result.REFUSED and not outcome.passing:
            return End(Verdict.FAILED, outcome.detail)
        stage = ASK if memo["stage"] == UNDER_WAY else UNDER_WAY
        return {**self._tried(memo, mono), "stage": stage, "said": outcome.detail}

    def _tried(self, memo: Memo, mono: float) -> Memo:
        """One try more that came to nothing: the next waits longer."""
        tries = int(memo["tries"] or 0)
        wait = min(RETRY_FIRST * 2.0 ** min(tries, 9), RETRY_MOST)
        return {**memo, "stage": ASK, "tries": tries + 1, "retry_at": mono + wait}

    def _reached(self, scene: StepScene, memo: Memo) -> bool:
        state = scene.state
        is_up = state is State.RUNNING or (state is State.STARTING and scene.facts.ready)
        match self.power:
            case Signal.START:
                return is_up
            case Signal.STOP | Signal.KILL:
                return state is State.OFFLINE and not scene.facts.intent.is_rising(scene.now.mono)
            case Signal.RESTART:
                is_anew = _is_sent(memo) and scene.facts.boot > int(memo["boot"] or 0)
                return is_up and (is_anew or _has_fallen(memo))

    def _ask(self, scene: StepScene, memo: Memo) -> Progress:
        """The next call, as soon as it makes sense."""
        mono = scene.now.mono
        if self.power is Signal.RESTART and _is_sent(memo) and scene.state is State.OFFLINE:
            memo = {**memo, "fallen": True}  # what took it down is over, though nobody said so
        wake, why = self._not_before(scene, memo)
        if self.force_after is not None and "asked_at" in memo and self._is_stuck_up(scene, memo):
            force_at = _at(memo, "asked_at") + self.force_after
            if mono >= force_at:  # whoever holds Wings' lock does not get it down either
                return self._kill(scene, memo)
            wake = min(wake, force_at)
        if wake > mono:
            lets_go = wake == inf and "asked_at" not in memo
            return Rest(memo, min(wake, self._until(memo)), lets_go=lets_go, frees=True, detail=why)
        begun = {"asked_at": mono, **memo, "stage": UNDER_WAY, "boot": scene.facts.boot, "try_at": mono}
        if scene.state is State.STOPPING and self.power is Signal.STOP:
            return self._watch(scene, {"sent_at": mono, **begun, "on_its_way": True})
        return Ask(
            self._call(scene, Signal.START if _has_fallen(memo) else self.power), begun, kept=memo,
            spends=Spends.AGAIN if "asked_at" in memo else Spends.ALL,
            since=None if _is_sent(memo) else _at(memo, "began_at"),
        )  # fmt: skip

    def _not_before(self, scene: StepScene, memo: Memo) -> tuple[float, str]:
        """The `mono` before which asking is of no use, `inf` while something else must change first; why."""
        state = scene.state
        if state is None:
            return inf, "the state is unknown"
        starts = self.power is Signal.START or _has_fallen(memo)
        if starts and state is not State.OFFLINE:
            return inf, f"the server is {state}"  # it comes up by itself, or goes down first
        wake = _at(memo, "retry_at")
        if self.power in RISING and state is State.OFFLINE:
            since = _offline_since(scene)
            if since is not None:
                wake = max(wake, since + AFTER_OFFLINE)
        return wake, ""

    def _watch(self, scene: StepScene, memo: Memo) -> Progress:
        """Asked, and not there yet: force it where that is wanted, otherwise go on looking."""
        mono = scene.now.mono
        if self.force_after is not None and self._is_stuck_up(scene, memo):
            force_at = _at(memo, "asked_at") + self.force_after
            if memo["stage"] == KILLED:
                force_at = _at(memo, "killed_at") + KILL_AGAIN
            force_at = max(force_at, _at(memo, "retry_at"))
            if mono >= force_at:
                return self._kill(scene, memo)
            return self._rest(memo, force_at)
        fails_at = self._fails_at(scene, memo)
        if mono < fails_at:
            return self._rest(memo, fails_at)
        return self._try_again(scene, memo)

    def _fails_at(self, scene: StepScene, memo: Memo) -> float:
        """When a start that is under way has failed, as far as can be seen; never while it may yet come."""
        if self.power not in RISING or scene.state is not State.OFFLINE:
            return inf
        if scene.facts.boot > int(memo["boot"] or 0):
            return scene.now.mono  # it was seen to start, and is down again
        if not scene.facts.panel_answers:
            return scene.now.mono  # Wings asked for its configuration in vain
        if memo["stage"] == KILLED:
            return _at(memo, "killed_at") + RISES_AFTER_KILL
        since = _offline_since(scene)
        down_since = _at(memo, "try_at") if since is None else max(since, _at(memo, "try_at"))
        return down_since + min(COMES_WITHIN, self.within / 2)

    def _try_again(self, scene: StepScene, memo: Memo) -> Progress:
        """What a restart took down is started; the first time after a kill at once."""
        mono, was_killed = scene.now.mono, memo["stage"] == KILLED
        again = self._tried(memo, mono)
        return self._ask(scene, {**again, "retry_at": mono} if was_killed else again)

    def _kill(self, scene: StepScene, memo: Memo) -> Ask:
        """Part of the same action, so no budget counts it again."""
        forced = {**memo, "stage": KILLED, "killed_at": scene.now.mono}
        return Ask(self._call(scene, Signal.KILL), forced, kept=memo, spends=Spends.NOTHING)

    def _is_stuck_up(self, scene: StepScene, memo: Memo) -> bool:
        """True while the process that was to go down is still there."""
        goes_down = self.power is not Signal.START and not _has_fallen(memo)
        return goes_down and scene.state not in (None, State.OFFLINE) and scene.facts.boot == memo["boot"]

    def _is_stopped_by_hand(self, scene: StepScene) -> bool:
        if self.power not in RISING or self.override == "operator":
            return False
        return scene.state in (State.OFFLINE, State.STOPPING) and scene.facts.intent.by == "operator"

    def _until(self, memo: Memo) -> float:
        """When its time is over: `within` of the first sending, or two hours in which nothing was sent."""
        if _is_sent(memo):
            return _at(memo, "sent_at") + self.within
        return _at(memo, "began_at") + WAITS_UNSENT

    def _out_of_time(self, scene: StepScene, memo: Memo) -> Progress:
        state = scene.state.value if scene.state else "unknown"
        if not _is_sent(memo):
            why = str(memo.get("said") or f"the state is {state}")
            return End(Verdict.NOT_POSSIBLE, f"dropped after {span(WAITS_UNSENT)}, nothing was sent: {why}")
        why = f"`{self.power}` did not come to its goal in time, the state is {state}"
        return End(Verdict.FAILED, why) if self.else_ is None else Into(self.else_, detail=why)

    def _rest(self, memo: Memo, until: float) -> Rest:
        return Rest(memo, min(until, self._until(memo)))

    def _call(self, scene: StepScene, signal: Signal) -> SetPower:
        return SetPower(server=scene.facts.profile.uuid, signal=signal)


def _is_sent(memo: Memo) -> bool:
    """Whether one of its tries reached the world, as far as is known."""
    return "sent_at" in memo


def _has_fallen(memo: Memo) -> bool:
    """Whether a restart of ours took the server down and could not start it."""
    return bool(memo.get("fallen"))


def _offline_since(scene: StepScene) -> float | None:
    """The `mono` since which the server is seen offline, at the earliest; None where nobody knows."""
    age = scene.read("state_age")
    if not isinstance(age.plain, (int, float)) or age.at_least:
        return None
    return scene.now.mono - age.plain


def _at(memo: Memo, key: str) -> float:
    return float(memo.get(key) or 0.0)
