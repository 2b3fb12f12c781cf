"""When runs continue: the server lock, calls and their answers, and the end of a run.

What a step does is its action's business, and whether its call may go out is that of the gates. Here it
is only decided whose turn it is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from math import inf

from automaton.core.arm import Arm
from automaton.core.calls import Call
from automaton.core.decision import Told, Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.held import Held
from automaton.core.gates.server_lock import ServerLocks
from automaton.core.gates.wait_queue import SHORTEST, WAITS_AT_MOST, WaitQueue
from automaton.core.happening import Happening
from automaton.core.moment import Moment
from automaton.core.notices.reports import Reports
from automaton.core.notices.resolved import ResolvedNotices
from automaton.core.outcome import Outcome
from automaton.core.pack import NO_PACK, Pack
from automaton.core.rules.action import Action, Ask, EndRun, Into, MuteRule, Next, Rest
from automaton.core.rules.incident import Incident
from automaton.core.rules.loops import FireCause
from automaton.core.rules.rule import Rulebook
from automaton.core.rules.scene import StepScene
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.no_match import NoMatch, safe
from automaton.core.runs.outgoing import OutgoingCalls, Passage
from automaton.core.runs.run import Block, Run, RunKind
from automaton.core.runs.run_state import RunState
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.span import span
from automaton.core.targets.rule_state import RuleState

AWAY = "automaton was away for longer than `limits.resume_within`"
CHANGED = "its steps were changed while automaton was away"
MISREMEMBERED = "what was remembered of it cannot be read"
MISREAD = (KeyError, TypeError, ValueError, OverflowError)  # what a step raises that reads another's memo
NO_CHANNELS: frozenset[str] = frozenset()
REPORTED = frozenset(verdict for verdict in Verdict if Told.REPORTED in verdict.told)
"""The ends of a run that are reported to the channel of `limits.report`."""

BROKEN_OFF = frozenset({Verdict.SILENCED, Verdict.GONE})
"""Reported only if the run was `powered`: it may have taken a server down and will not bring it up."""

UNSURE_AT_MOST = 300.0
"""Seconds for which a run whose turn has come waits for what its rule's `if` reads: questions to games are
answered within one after `limits.settle`, and a server that comes up tells its facts within some."""

UNSURE_LOOKED_EVERY = 1.0
"""Seconds between two looks at that: readings come as often."""

Ended = Callable[[Run, Verdict, Moment], None]


class Runner:
    """Steps all runs. `ended` is called with each run that is over, and why."""

    def __init__(
        self, book: Rulebook, gates: GateState, active: ActiveRuns, queue: WaitQueue[Run],
        calls: OutgoingCalls, resolved: ResolvedNotices, reports: Reports, log: DecisionCollector,
        deadlines: Deadlines[object], ended: Ended,
    ) -> None:  # fmt: skip
        self._book = book
        self._gates = gates
        self._active = active
        self._queue = queue
        self._calls = calls
        self._resolved = resolved
        self._reports = reports
        self._log = log
        self._deadlines = deadlines
        self._ended = ended
        self._locks: ServerLocks[Run] = ServerLocks()
        self._by_call: dict[int, Run] = {}
        self._heirs: deque[Run] = deque()
        self._is_passing_on = False

    def adopt(self, book: Rulebook) -> None:
        """Replaces the packs. A run keeps the rule that it began with."""
        self._book = book

    def start(
        self, rule_state: RuleState, incident: Incident, actions: Sequence[Action], now: Moment,
        kind: RunKind = RunKind.DO, *, which: int = 0, backoff: float = 0.0, cause: FireCause | None = None,
    ) -> None:  # fmt: skip
        """Begins a run of these actions and takes it as far as it can go now."""
        run = Run(
            self._log.take_number(), rule_state.rule, rule_state, incident, [Block(actions)],
            self._active.registers, kind, now.mono, which, cause,
        )  # fmt: skip
        self._active.enter(run)
        if backoff > 0.0:
            run.back_off(now.mono + backoff)
            self._deadlines.set(run, now.mono + backoff)
        else:
            self._go(run, now)

    def due(self, run: Run, now: Moment) -> None:
        """Continues or ends a run whose deadline has come."""
        match run.state:
            case RunState.HELD if self._queue.waits_on(run, now):
                pass
            case RunState.HELD:
                assert run.held is not None
                detail = f"dropped after {span(WAITS_AT_MOST)}: {run.held.detail}"
                self._finish(run, run.held.verdict, now, detail)
            case RunState.RETURNING:
                self._finish(run, Verdict.FAILED, now, run.fails_with or AWAY)
            case RunState.SETTLING | RunState.BACKING_OFF | RunState.UNSURE:  # late: is it still wanted?
                self._go_if_wanted(run, now)
            case _:
                self._go(run, now)

    def await_return(self, run: Run, until: float, now: Moment, *, is_lost: bool) -> None:
        """Takes in a run of an earlier engine, to fail unless its server is seen before a `mono`.

        `is_lost`: its rule has other steps by now, so it fails at once.
        """
        run.rule_state.mark_changed()
        run.await_return(CHANGED if is_lost else AWAY if until <= now.mono else "")
        self._active.enter(run)
        self._deadlines.set(run, max(now.mono if is_lost else until, now.mono + SHORTEST))

    def resume(self, runs: Sequence[Run], now: Moment) -> None:
        """Continues these runs from where they were, now that their server is seen again."""
        for run in runs:
            if run.state is not RunState.RETURNING or run.fails_with:
                continue
            run.go_on()
            run.rule_state.mark_changed()
            # `settle` and the rest of `backoff` run at the same time: the longer one counts.
            left = max(self._gates.settled_at - now.mono, (run.backs_off_until or 0.0) - now.mono)
            if left > 0.0:
                run.wait_to_settle()
                self._deadlines.set(run, now.mono + left)
            else:
                self._go(run, now)

    def look_again(self, now: Moment) -> None:
        """Steps all listening runs, after the wall clock was set."""
        for run in self._active.all():
            if run.is_listening:
                self._go(run, now)

    def asked(self, number: int) -> Call | None:
        """The call of this number, None once nobody waits for its answer."""
        run = self._by_call.get(number)
        return run.sent.call if run is not None and run.sent is not None else None

    def call_ended(self, number: int, outcome: Outcome, now: Moment) -> None:
        """Hands an answer to the run that asked.

        Where that is over, what it made and what it did not spend are noted all the same.
        """
        run = self._by_call.pop(number, None)
        if run is None:
            return
        if run.sent is not None:
            self._calls.ended(run, run.sent, outcome, now)
        if not run.is_over:
            self._go(run, now, run.answered(outcome))

    def stir_at(
        self, home: str, changed: frozenset[str], happened: Sequence[Happening], now: Moment, latest: int,
        rule: str | None = None,
    ) -> None:  # fmt: skip
        """Continues the runs at a target, or those of one rule, that wait for what happened or changed.

        `latest` is the number of the last run that had begun by then.
        """
        for run in self._active.listeners.concerned(home, changed, happened, latest):
            if rule is None or run.rule.id == rule:
                self._stir(run, changed, happened, now)

    def stir(self, runs: Sequence[Run], changed: frozenset[str], now: Moment) -> None:
        """Continues those of these runs that wait for what changed."""
        for run in runs:
            self._stir(run, changed, (), now)

    def _stir(self, run: Run, changed: frozenset[str], happened: Sequence[Happening], now: Moment) -> None:
        for happening in happened:
            if run.is_listening and run.hears(happening):
                self._go(run, now, (happening,))
            elif run.sent is not None and run.hears(happening):
                run.overhear(happening)
        if run.is_listening and run.listens.facts & changed:
            self._go(run, now)

    def incident_cleared(self, run: Run, now: Moment, verdict: Verdict = Verdict.CLEARED) -> None:
        """Ends a run with its incident, unless it has acted on power: then it is taken to its end.

        Often it is the run that clears its own incident: a kill ends `stopping` (rule-language 3).
        """
        if run.powered or run.cancelled is not None or run.kind in (RunKind.CLEAR, RunKind.TRIPPED):
            return
        action = run.action
        if action is not None and run.memo is not None and run.state is not RunState.RETURNING:
            undoing = action.cleared(self._scene(run, self._pack(run.rule_state), now), run.memo)
            if isinstance(undoing, Into):
                self._forget_call(run)
                self._locks.stop_waiting(run.home, run)
                self._queue.leave(run)
                run.cancel(verdict, undoing.block)
                self._go(run, now)
                return
        self._finish(run, verdict, now, is_told=True)

    def drop(self, runs: Sequence[Run], verdict: Verdict, now: Moment, detail: str = "") -> None:
        """Ends these runs where they are."""
        for run in runs:  # all before the first is finished: none may inherit the server lock of another
            run.end()
        for run in runs:
            self._finish(run, verdict, now, detail)

    def retry(self, now: Moment) -> None:
        """Continues queued runs that nothing holds any more, in order."""
        for run in self._calls.ready(now):
            self._go_if_wanted(run, now)
        self._queue.aim(now)

    def scene(self, rule_state: RuleState, incident: Incident | None, now: Moment) -> StepScene:
        """What a step of the rule would see now; nothing is asked or changed."""
        facts = rule_state.server.facts
        return StepScene(
            now=now, facts=facts, rule=rule_state.rule, incident=incident,
            around=rule_state.target.aggregates.get(rule_state.rule.id, rule_state.target),
            pack=self._pack(rule_state), key=rule_state.key, turns=rule_state.turns,
        )  # fmt: skip

    def _go(self, run: Run, now: Moment, happened: tuple[Happening, ...] = ()) -> None:
        """Steps until the run waits for something, or is over."""
        run.rule_state.mark_changed()
        if run.state is not RunState.READY:
            self._deadlines.set(run, inf)  # that of the wait which ends here
            run.ready()
        pack = self._book.packs.get(run.rule_state.target.server.facts.pack, NO_PACK)
        while True:
            action = run.action
            if action is None:
                self._finish(run, run.cancelled or Verdict.ENDED, now, is_told=run.cancelled is not None)
                return
            needs_lock = action.needs_lock and action.keeps_lock
            if needs_lock and not self._locks.take(run.home, run):
                run.wait_for_lock()
                return
            had_slot = run in self._active.powering
            try:
                progress = action.step(self._scene(run, pack, now, happened), run.memo)
            except MISREAD:
                if not run.left_at:  # it began in this process: the mistake is ours
                    raise
                progress = EndRun(Verdict.FAILED, MISREMEMBERED)  # a resumed run's memo may not be its own
            if isinstance(run.incident.fields, NoMatch):
                progress = safe(progress, run.incident.fields)
            heard, happened = happened, ()  # it was for this step, not for those that follow at once
            match progress:
                case Ask(meanwhile=Rest() as rest) if not self._locks.take(run.home, run):
                    self._rest(run, rest, action, now, had_slot=had_slot)
                    return
                case Ask():
                    passage = self._calls.ask(run, progress, action, pack, now)
                    if passage is not Passage.GOES_ON:
                        self._asked(run, passage, now)
                        return
                case Next(verdict=verdict, detail=detail, result=result, said=said):
                    if verdict is not None:
                        self._log.tell(run.rule_state, verdict, now, f"{action.verb}: {detail}")
                    if said:
                        run.rule_state.take_turn(said)
                    run.give(result)
                    run.next()
                    happened = heard if action.hands_on else ()
                case Rest():
                    self._rest(run, progress, action, now, had_slot=had_slot)
                    return
                case Into(block=block, ends=ends, detail=detail, result=result):
                    if detail:
                        self._tell_else(run, f"{action.verb}: {detail}", now, progress)
                    run.give(result)
                    run.into(block, ends=ends)
                case MuteRule(seconds=seconds):
                    self._mute(run, seconds, now)
                    run.next()
                case EndRun(verdict=verdict, detail=detail):
                    self._finish(run, verdict, now, detail and f"{action.verb}: {detail}")
                    return
            if not action.keeps_lock:  # what it wanted to ask, nobody asks any more
                self._locks.stop_waiting(run.home, run)
            if had_slot:
                self._room_for_others(run, now)

    def _scene(self, run: Run, pack: Pack, now: Moment, happened: tuple[Happening, ...] = ()) -> StepScene:
        rule_state, incident = run.rule_state, run.incident
        target = rule_state.target
        return StepScene(
            now=now, facts=target.server.facts, rule=run.rule, incident=incident, fields=incident.fields,
            around=target.aggregates.get(rule_state.rule.id, target), pack=pack,
            key=rule_state.key, outcome=run.outcome, happened=happened, is_end=run.is_end,
            mark=rule_state.mark,
            resumed=run.resumed, held_for=run.was_held(now.mono) if run.held_since < inf else 0.0,
            told=self._resolved.told(run.rule, incident) if run.is_end else NO_CHANNELS, result=run.result,
            turns=rule_state.turns, more=rule_state.key_of.more,
        )  # fmt: skip

    def _pack(self, rule_state: RuleState) -> Pack:
        return self._book.packs.get(rule_state.target.server.facts.pack, NO_PACK)

    def _rest(self, run: Run, rest: Rest, action: Action, now: Moment, *, had_slot: bool) -> None:
        before = run.cannot_ask
        run.rest(rest, action.listens())
        self._deadlines.set(run, rest.until)
        if rest.detail and rest.detail != before:  # told once, however often it is looked at meanwhile
            why = f"{action.verb}: it waits: {rest.detail}"
            self._log.tell(run.rule_state, Verdict.NOT_POSSIBLE, now, why)
        if had_slot:
            self._room_for_others(run, now)
        if rest.lets_go:
            self._let_go(run, now)

    def _mute(self, run: Run, seconds: float, now: Moment) -> None:
        """Mutes the run's own rule. A run that a mute holds mutes nothing: it would renew it for ever.

        Neither does one in shadow, whose actions are held anyway: once it is live, nothing must hold them.
        """
        rule_state = run.rule_state
        if self._gates.arm(run.rule, rule_state.rule) is not Arm.LIVE:
            self._log.tell(rule_state, Verdict.SHADOW, now, f"mute: it would mute itself for {span(seconds)}")
            return
        if run.kept_back or (now.mono < rule_state.muted_until and not run.has_muted):
            detail = "mute: this run is held itself, and mutes nothing"
            self._log.tell(rule_state, Verdict.SILENCED, now, detail)
            return
        run.mute()
        rule_state.mute(now.mono + seconds)

    def _tell_else(self, run: Run, detail: str, now: Moment, into: Into) -> None:
        self._log.tell(run.rule_state, Verdict.ELSE, now, detail)
        if into.is_reported:
            self._reports.tell(run.rule_state, Verdict.ELSE, detail, now)

    def _room_for_others(self, run: Run, now: Moment) -> None:
        """Lets the queue look again if the run has given its slot of `limits.power.parallel` back."""
        if not run.has_slot:
            self._calls.freed(run, now)
            self._queue.room(now)

    def _asked(self, run: Run, passage: Passage | Held, now: Moment) -> None:
        """Does what follows from a call that went out, waits, or was refused."""
        match passage:
            case Passage.WAITS:
                self._let_go(run, now)
            case Held(verdict=verdict, detail=detail):
                self._finish(run, verdict, now, detail, is_told=True)
            case _:
                assert run.sent is not None
                self._by_call[run.sent.number] = run

    def _forget_call(self, run: Run) -> None:
        if run.sent is not None:
            self._by_call.pop(run.sent.number, None)

    def _finish(
        self, run: Run, verdict: Verdict, now: Moment, detail: str = "", *, is_told: bool = False
    ) -> None:
        """Ends a run and everything that refers to it. `is_told`: its end has been told elsewhere."""
        if not run.is_over:  # `drop` has ended it already
            run.end()
        rule_state, had_slot = run.rule_state, run.has_slot
        self._deadlines.drop(run)
        self._queue.leave(run)
        self._active.leave(run)
        self._calls.freed(run, now)
        if run.kind is RunKind.DO:  # failed or not; an escalation or `on_clear` begins no cooldown
            rule_state.cool(now.mono + run.rule.cooldown)
            # Runs ended by a clear before their first `power` do not count (rule-language 3, `breaker`).
            if Verdict.CLEARED in (verdict, run.cancelled) and not run.powered:
                rule_state.uncount(run.began_at)
        else:
            rule_state.mark_changed()
        if not is_told:
            self._log.tell(rule_state, verdict, now, detail)
        if verdict in REPORTED or (run.powered and verdict in BROKEN_OFF):
            self._reports.tell(rule_state, verdict, detail, now)
        self._let_go(run, now)
        if had_slot:
            self._room_for_others(run, now)
        self._ended(run, verdict, now)  # last: the next run may begin in there

    def _let_go(self, run: Run, now: Moment) -> None:
        """Gives the server lock to the next run that waits for it.

        A loop, not a recursion: hundreds of runs in a row may only pass it on.
        """
        heir = self._heir(run)
        if heir is not None:
            self._heirs.append(heir)
        if self._is_passing_on:
            return
        self._is_passing_on = True
        try:
            while self._heirs:
                next_one = self._heirs.popleft()
                if next_one.state is RunState.LOCKED:  # else its server left meanwhile
                    self._go_if_wanted(next_one, now)
                elif next_one.is_listening and self._locks.has(next_one.home, next_one):
                    self._go(next_one, now)  # a mark of a countdown, which has its own `else`
        finally:
            self._is_passing_on = False

    def _heir(self, run: Run) -> Run | None:
        heir = self._locks.release(run.home, run)
        while heir is not None and heir.is_over:
            heir = self._locks.release(run.home, heir)
        return heir

    def _go_if_wanted(self, run: Run, now: Moment) -> None:
        """Continues a run whose turn came late, if its incident is open and its guard still true.

        Otherwise it ends as `overtaken` (rule-language 4.7). Where nobody knows, as after a start before the
        first question is answered, it waits a while: lost data neither acts nor gives up.
        """
        is_wanted = self._is_wanted(run, now)
        if is_wanted:
            self._go(run, now)
        elif is_wanted is False:
            is_over = run.rule_state.incident is not run.incident
            why = "its incident is over" if is_over else "its `if` is false"
            self._finish(run, Verdict.OVERTAKEN, now, why)
        elif run.state is RunState.UNSURE and now.mono >= run.until:
            self._finish(run, Verdict.OVERTAKEN, now, f"its `if` was unknown for {span(UNSURE_AT_MOST)}")
        else:
            self._doubt(run, now)

    def _doubt(self, run: Run, now: Moment) -> None:
        if run.state is not RunState.UNSURE:
            run.wait_to_be_sure(now.mono + UNSURE_AT_MOST)
            run.rule_state.mark_changed()
            self._let_go(run, now)
        self._deadlines.set(run, min(now.mono + UNSURE_LOOKED_EVERY, run.until))

    def _is_wanted(self, run: Run, now: Moment) -> bool | None:
        # What undoes, and what has begun to act on power, is never overtaken.
        if run.kind in (RunKind.CLEAR, RunKind.TRIPPED) or run.powered or run.cancelled is not None:
            return True
        if run.kind is RunKind.DRILL:  # a person wants it, whatever the rule thinks
            return True
        if run.rule_state.incident is not run.incident:
            return False
        guard = run.rule.guard
        return True if guard is None else guard.truth(run.rule_state.scene(now), now.mono).value
