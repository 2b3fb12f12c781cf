"""A power action, done once the server is seen to be where it should be.

Law: what became of a try is read from the server's state, never guessed, and nothing is repeated blindly.
"""

from __future__ import annotations

from math import inf
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from automaton.core.calls import SetPower, Signal, Spends
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.outcome import Outcome, Result
from automaton.core.ports import Listens
from automaton.core.rules.action import Ask, EndRun, Memo, Next, Progress, Rest
from automaton.core.rules.scene import StepScene
from automaton.core.span import span
from automaton.core.stable_names import stable_name
from automaton.schema.base import Duration
from automaton.schema.invalid import invalid
from automaton.schema.kinds import Wants
from automaton.schema.may_fail import MayFail

AFTER_OFFLINE = 0.5  # Wings holds its lock for some ms after `offline` (protocol 5.2)
RETRY_FIRST, RETRY_MOST = 2.0, 30.0  # the wait doubles from the first to the second
RISES_AFTER_KILL = 15.0  # a killed restart continues by itself; if not by then, it never does
KILL_AGAIN = 10.0  # seconds until a kill without effect is repeated
COMES_WITHIN = 40.0  # a start whose `starting` did not come by then has failed (rule-language 4.6)
WAITS_UNSENT = 7200.0  # rule-language 4.8: what could not be sent for two hours is dropped

# The `stage` of a memo: still to be asked, asked and under way, and killed because it took too long.
ASK, UNDER_WAY, KILLED = "ask", "under way", "killed"

# Its moments. SENT and TAKEN are moved forward by the time for which a gate holds a later try, or the state
# is unknown: that time counts neither for `within` nor for `force_after`.
BEGAN = "began_at"  # the step began; if nothing was asked within two hours, it is dropped
SENT = "sent_at"  # the first try: `within` counts from here
TAKEN = "taken_at"  # the first try that reached Wings: `force_after` counts from here
TRIED, RETRY, KILL = "try_at", "retry_at", "killed_at"  # the last try; the next one; the last kill
BLIND = "blind_at"  # since when the state is unknown

# And its other keys: `boot`, that of the server when it was asked; `tries` that failed; `said`, the last
# answer; `fallen`, our restart took it down and has not brought it up; `on_its_way`, it was going there by
# itself, and nothing was asked.

RISING = (Signal.START, Signal.RESTART)
BY_HAND = "an operator stopped this server; `override: operator` would act all the same"


@stable_name("Power")
class Power(MayFail):
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
    needs_lock: ClassVar[bool] = True
    # The `ready` that a server comes up with is what a `wait` behind it means.
    hands_on: ClassVar[bool] = True

    power: Signal
    within: Duration = 600.0
    force_after: Duration | None = None
    override: Literal["operator"] | None = None

    @model_validator(mode="after")
    def _says_nothing_in_vain(self) -> Self:
        if self.force_after is not None and self.power in (Signal.START, Signal.KILL):
            raise invalid(
                "in-vain",
                f"`force_after` does nothing with `power: {self.power}`: it kills what does not stop",
            )
        if self.override is not None and self.power not in (Signal.START, Signal.RESTART):
            raise invalid(
                "in-vain", f"`override` does nothing with `power: {self.power}`: it is for what starts"
            )
        return self

    def wants(self) -> Wants:
        """Its signal, and `kill` for `force_after`."""
        kill = {Signal.KILL} if self.force_after is not None else set()
        return Wants(signals=frozenset({self.power} | kill))

    def listens(self) -> Listens:
        """All that shows where the server is, or whether it could start."""
        return Listens(
            facts=frozenset({"state", "stopped_by", "uptime", "panel_answers"}),
            events=frozenset({"ready", "crash.unhandled"}),
        )

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Brings the memo up to date, then ends, asks, or goes on watching."""
        mono = scene.now.mono
        if memo is None:
            memo = {"stage": ASK, BEGAN: mono, "boot": scene.facts.boot, "tries": 0, RETRY: mono}
        memo = _later(_known(memo), scene.held_for)
        memo = self._seen(memo, scene)
        if scene.outcome is not None:
            if scene.shadowed:
                return Next()
            if _is_final(scene.outcome):
                return self.failed(scene.outcome.detail)
            memo = self._answered(memo, scene.outcome, mono)
        # The goal comes first: a server that has reached it is done, whoever stopped it and however late.
        if self._reached(scene, memo):
            is_news = SENT not in memo and scene.state is not None
            return Next(Verdict.ALREADY, f"the server is {scene.state}") if is_news else Next()
        if self._is_stopped_by_hand(scene, memo):
            return EndRun(Verdict.REFUSED, BY_HAND)
        if mono >= self._until(memo):
            return self._out_of_time(scene, memo)
        return self._ask(scene, memo) if memo["stage"] == ASK else self._watch(scene, memo)

    def _seen(self, memo: Memo, scene: StepScene) -> Memo:
        """Takes the time for which the state was unknown out of what counts."""
        if scene.state is None:
            return memo if BLIND in memo else {**memo, BLIND: scene.now.mono}
        if BLIND not in memo:
            return memo
        seen = {key: value for key, value in memo.items() if key != BLIND}
        return _later(seen, scene.now.mono - max(_at(memo, BLIND), _at(memo, SENT)))

    def _answered(self, memo: Memo, outcome: Outcome, mono: float) -> Memo:
        """The memo after the outcome of a call that may still come to something."""
        if outcome.result is not Result.FAILED and TAKEN not in memo:
            memo = {**memo, TAKEN: max(_at(memo, TRIED), _at(memo, KILL))}
        if outcome.result is Result.DONE or (outcome.result is Result.UNKNOWN and not outcome.passing):
            return memo  # an unknown outcome is read from the state, never repeated blindly
        stage = ASK if memo["stage"] == UNDER_WAY else UNDER_WAY
        return {**self._tried(memo, mono), "stage": stage, "said": outcome.detail}

    def _tried(self, memo: Memo, mono: float) -> Memo:
        """The memo after a try that failed: the next one waits longer."""
        tries = int(memo["tries"] or 0)
        wait = min(RETRY_FIRST * 2.0 ** min(tries, 9), RETRY_MOST)
        return {**_asked(memo), "stage": ASK, "tries": tries + 1, RETRY: mono + wait}

    def _reached(self, scene: StepScene, memo: Memo) -> bool:
        """Whether the goal holds."""
        state = scene.state
        is_up = state is State.RUNNING or (state is State.STARTING and scene.facts.ready)
        match self.power:
            case Signal.START:
                return is_up
            case Signal.STOP | Signal.KILL:
                return state is State.OFFLINE and not scene.facts.intent.is_rising(scene.now.mono)
            case Signal.RESTART:
                is_anew = SENT in memo and scene.facts.boot > int(memo["boot"] or 0)
                return is_up and (is_anew or _has_fallen(memo))

    def _ask(self, scene: StepScene, memo: Memo) -> Progress:
        """Asks as soon as that makes sense, and rests until then."""
        mono, state = scene.now.mono, scene.state
        if self.power is Signal.RESTART and SENT in memo and state is State.OFFLINE:
            memo = {**memo, "fallen": True}  # the stopping half of a restart is over: a start is left
        if SENT not in memo and self._is_on_its_way(state):
            begun = {**memo, "stage": UNDER_WAY, SENT: mono, TAKEN: mono, "on_its_way": True}
            return self._watch(scene, begun)
        wake, why = self._not_before(scene, memo)
        if self.force_after is not None and TAKEN in memo and self._is_stuck_up(scene, memo):
            force_at = _at(memo, TAKEN) + self.force_after
            if mono >= force_at:  # what holds Wings' lock does not get it down either
                return self._kill(scene, memo)
            wake = min(wake, force_at)
        if wake > mono:
            until = min(wake, self._until(memo))
            return Rest(memo, until, lets_go=wake == inf, frees=True, detail=why)
        begun = {SENT: mono, **memo, "stage": UNDER_WAY, "boot": scene.facts.boot, TRIED: mono}
        return Ask(
            self._call(scene, Signal.START if _has_fallen(memo) else self.power), begun, kept=memo,
            spends=Spends.AGAIN if TRIED in memo else Spends.ALL,
            since=None if SENT in memo else _at(memo, BEGAN), is_patient=_has_fallen(memo),
        )  # fmt: skip

    def _is_on_its_way(self, state: State | None) -> bool:
        """Whether it is going there by itself: asking again would only meet Wings' lock."""
        if self.power is Signal.STOP:
            return state is State.STOPPING
        return self.power is Signal.START and state is State.STARTING

    def _not_before(self, scene: StepScene, memo: Memo) -> tuple[float, str]:
        """The `mono` before which asking is pointless, `inf` while something must change first; and why."""
        mono, state, intent = scene.now.mono, scene.state, scene.facts.intent
        if state is None:
            return inf, "the state is unknown"
        starts = self.power is Signal.START or _has_fallen(memo)
        if starts and state is not State.OFFLINE:
            return inf, f"the server is {state}"  # it comes up by itself, or goes down first
        wake = _at(memo, RETRY)
        if self.power in RISING and state is State.OFFLINE:
            since = _offline_since(scene)
            if since is not None:
                wake = max(wake, since + AFTER_OFFLINE)
            if intent.by is None and intent.settled_at < inf and not intent.is_rising(mono):
                wake = max(wake, intent.settled_at)  # not decided yet: a human may have stopped it
        return wake, ""

    def _watch(self, scene: StepScene, memo: Memo) -> Progress:
        """Waits for the goal of what was asked; forces it, or tries again, when it is time."""
        mono = scene.now.mono
        if self.force_after is not None and TAKEN in memo and self._is_stuck_up(scene, memo):
            force_at = _at(memo, TAKEN) + self.force_after
            if memo["stage"] == KILLED:
                force_at = _at(memo, KILL) + KILL_AGAIN
            force_at = max(force_at, _at(memo, RETRY))
            if mono >= force_at:
                return self._kill(scene, memo)
            return self._rest(memo, force_at)
        fails_at = self._fails_at(scene, memo)
        if mono < fails_at:
            return self._rest(memo, fails_at)
        return self._try_again(scene, memo)

    def _fails_at(self, scene: StepScene, memo: Memo) -> float:
        """The `mono` at which a start under way counts as failed, infinite while it may still come up."""
        if self.power not in RISING or scene.state is not State.OFFLINE:
            return inf
        if scene.facts.boot > int(memo["boot"] or 0) or "on_its_way" in memo:
            return scene.now.mono  # it was seen to start, and is down again
        if not scene.facts.panel_answers:
            return scene.now.mono  # Wings cannot get the server's configuration from it
        if memo["stage"] == KILLED:
            return _at(memo, KILL) + RISES_AFTER_KILL
        since = _offline_since(scene)
        down_since = _at(memo, TRIED) if since is None else max(since, _at(memo, TRIED))
        return down_since + min(COMES_WITHIN, self.within / 2)

    def _try_again(self, scene: StepScene, memo: Memo) -> Progress:
        """Asks again: after a kill at once, else after a wait that grows."""
        mono, was_killed = scene.now.mono, memo["stage"] == KILLED
        again = self._tried(memo, mono)
        return self._ask(scene, {**again, RETRY: mono} if was_killed else again)

    def _kill(self, scene: StepScene, memo: Memo) -> Ask:
        """Kills the server: part of the same action, so it spends nothing unless nothing was asked yet."""
        forced = {**_asked(memo), "stage": KILLED, KILL: scene.now.mono}
        return Ask(
            self._call(scene, Signal.KILL), forced, kept=memo,
            spends=Spends.ALL if "on_its_way" in memo else Spends.NOTHING,
        )  # fmt: skip

    def _is_stuck_up(self, scene: StepScene, memo: Memo) -> bool:
        """Whether the process that should go down is still up."""
        goes_down = self.power is not Signal.START and not _has_fallen(memo)
        return goes_down and scene.state not in (None, State.OFFLINE) and scene.facts.boot == memo["boot"]

    def _is_stopped_by_hand(self, scene: StepScene, memo: Memo) -> bool:
        """Whether a human wants it down. Stopping it between two tries overrules even an `override`."""
        intent = scene.facts.intent
        is_down = self.power in RISING and scene.state in (State.OFFLINE, State.STOPPING)
        if not is_down or intent.by != "operator":
            return False
        return self.override is None or (TRIED in memo and intent.left_at > _at(memo, TRIED))

    def over_at(self, memo: Memo) -> float | None:
        """The end of its time; what comes sooner is its next try, or `force_after`."""
        return self._until(memo)

    def _until(self, memo: Memo) -> float:
        """The `mono` at which its time is over: `within` from the first try, or two hours without one."""
        if SENT not in memo:
            return _at(memo, BEGAN) + WAITS_UNSENT
        if BLIND in memo:
            return max(_at(memo, BLIND), _at(memo, SENT)) + WAITS_UNSENT
        return _at(memo, SENT) + self.within

    def _out_of_time(self, scene: StepScene, memo: Memo) -> Progress:
        state = scene.state.value if scene.state else "unknown"
        if SENT not in memo or BLIND in memo:
            sent = "what became of it was not seen" if SENT in memo else "nothing was sent"
            return EndRun(
                Verdict.NOT_POSSIBLE, f"dropped after {span(WAITS_UNSENT)}, {sent}: the state is {state}"
            )
        why = f"`{self.power}` did not come to its goal in time, the state is {state}"
        if TAKEN not in memo and "said" in memo:
            why = f"{why} ({memo['said']})"
        return self.failed(why)

    def _rest(self, memo: Memo, until: float) -> Rest:
        return Rest(memo, min(until, self._until(memo)))

    def _call(self, scene: StepScene, signal: Signal) -> SetPower:
        return SetPower(server=scene.facts.profile.uuid, signal=signal)


def _is_final(outcome: Outcome) -> bool:
    """Whether asking again would be refused again."""
    return outcome.result is Result.REFUSED and not outcome.passing


def _known(memo: Memo) -> Memo:
    """A memo in today's form: older versions, which knew no tries, wrote `asked_at` alone."""
    asked = memo.get("asked_at")
    if asked is None or SENT in memo:
        return memo
    return {**memo, SENT: asked, TAKEN: asked, TRIED: asked}


def _later(memo: Memo, seconds: float) -> Memo:
    """The memo with SENT and TAKEN moved forward, so that these seconds do not count."""
    if not seconds:
        return memo
    return {**memo, **{key: _at(memo, key) + seconds for key in (SENT, TAKEN) if key in memo}}


def _asked(memo: Memo) -> Memo:
    """The memo without `on_its_way`: something was asked by now, or is about to be."""
    return {key: value for key, value in memo.items() if key != "on_its_way"}


def _has_fallen(memo: Memo) -> bool:
    """Whether our restart took the server down and has not brought it up."""
    return bool(memo.get("fallen"))


def _offline_since(scene: StepScene) -> float | None:
    """The `mono` since which the server is offline; None if that was not seen."""
    age = scene.read("state_age")
    if not isinstance(age.plain, (int, float)) or age.at_least:
        return None
    return scene.now.mono - age.plain


def _at(memo: Memo, key: str) -> float:
    return float(memo.get(key) or 0.0)
