"""When runs go on: hands, calls and their ends, and how a run is over.

What a step does is its action's business, and whether it may that of asking; here is only whose turn it is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf

from automaton.core.calls import Call, SetPower
from automaton.core.decision import Verdict
from automaton.core.decision_log import DecisionLog
from automaton.core.gates.gates import Gates, Held
from automaton.core.gates.server_lock import ServerLocks
from automaton.core.gates.wait_queue import SHORTEST, WAITS_AT_MOST
from automaton.core.happening import Happening
from automaton.core.incidents.resolved import ResolvedNotices
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome
from automaton.core.ports import Action
from automaton.core.rules.incident import Incident
from automaton.core.rules.loops import NO_CHAIN, Chain
from automaton.core.rules.progress import Ask, End, Hush, Into, Next, Rest
from automaton.core.rules.rule import Rulebook
from automaton.core.rules.scene import StepScene
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.asking import Asking, Passage
from automaton.core.runs.run import Block, Run, RunKind
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.span import span
from automaton.core.targets.rule_state import RuleState

AWAY = "automaton was away for longer than `limits.resume_within`"
CHANGED = "its steps were changed while automaton was away"
TOLD_TO_THE_OPERATOR = frozenset(
    {Verdict.FAILED, Verdict.REFUSED, Verdict.OVER_LIMIT, Verdict.HELD_BY_FLEET, Verdict.PANEL_DOWN,
     Verdict.CRASH_PENDING, Verdict.NOT_POSSIBLE, Verdict.ELSE}
)  # fmt: skip

BROKEN_OFF = frozenset({Verdict.SILENCED, Verdict.GONE})
"""Told where the run took a server down, perhaps, and will not bring it up again."""


class Runner:
    """Steps all runs, with what may hold them back. `ended` is called with each that is over, and why."""

    def __init__(
        self, book: Rulebook, gates: Gates, log: DecisionLog, deadlines: Deadlines[object], settled_at: float
    ) -> None:
        self.book = book
        self.gates = gates
        self.log = log
        gates.settled_at = settled_at
        self.active = ActiveRuns()
        self.ended: Callable[[Run, Verdict, Moment], None] = lambda _run, _verdict, _now: None
        self._asking = asking = Asking(gates, self.active, log, deadlines)
        self.holding, self.loops, self.line = asking.holding, asking.loops, asking.line
        self.held_notices, self.reports = asking.held_notices, asking.reports
        self.resolved = ResolvedNotices(gates, self.holding, log)
        self._deadlines = deadlines
        self._locks: ServerLocks[Run] = ServerLocks()
        self._by_call: dict[int, Run] = {}
        self._heirs: deque[Run] = deque()
        self._is_passing_on = False

    @property
    def settled_at(self) -> float:
        """The `mono` up to which `limits.settle` keeps all actions back."""
        return self.gates.settled_at

    def start(
        self, rule_state: RuleState, incident: Incident, actions: Sequence[Action], now: Moment,
        kind: RunKind = RunKind.DO, *, which: int = 0, backoff: float = 0.0, chain: Chain = NO_CHAIN,
    ) -> None:  # fmt: skip
        """Begins a run of these actions and takes it as far as it goes now."""
        run = Run(
            next(self.log.numbers), rule_state.rule, rule_state, incident, [Block(actions)], kind, now.mono,
            which, chain,
        )  # fmt: skip
        self.active.enter(run)
        if backoff > 0.0:
            run.waits_until = now.mono + backoff
            self._deadlines.set(run, run.waits_until)
        else:
            self._go(run, now)

    def due(self, run: Run, now: Moment) -> None:
        """The time that a run waited for has come."""
        if run.held is not None and self.line.waits_on(run, now):
            return
        if run.held is not None:
            detail = f"dropped after {span(WAITS_AT_MOST)}: {run.held.detail}"
            self._finish(run, run.held.verdict, now, detail)
            return
        if run.resuming:
            self._finish(run, Verdict.FAILED, now, CHANGED if run.is_lost else AWAY)
            return
        if run.settling or run.is_backing_off:
            run.settling, run.waits_until = False, None
            if not self._is_wanted(run, now):
                self._finish(run, Verdict.OVERTAKEN, now)
                return
        self._go(run, now)

    def await_return(self, run: Run, until: float, now: Moment) -> None:
        """A run of an earlier engine waits until its server is seen, or until a `mono`; then it fails."""
        run.resuming = True
        self.active.enter(run)
        self._deadlines.set(run, max(now.mono if run.is_lost else until, now.mono + SHORTEST))
        run.is_late = until <= now.mono

    def resume(self, runs: Sequence[Run], now: Moment) -> None:
        """The server of these runs is seen again: they go on where they stood."""
        for run in runs:
            if not run.resuming or run.over or run.is_lost or run.is_late:
                continue
            run.resuming, run.resumed = False, True
            left = max(self.settled_at - now.mono, (run.waits_until or 0.0) - now.mono)
            if left > 0.0:
                run.settling = True
                self._deadlines.set(run, now.mono + left)
            else:
                run.waits_until = None
                self._go(run, now)

    def look_again(self, now: Moment) -> None:
        """The wall clock was set: who waits for it may have waited long enough."""
        for run in self.active.all():
            if run.is_listening:
                self._go(run, now)

    def asked(self, number: int) -> Call | None:
        """The call of this number, while somebody waits for its end."""
        run = self._by_call.get(number)
        return run.asked if run is not None else None

    def call_ended(self, number: int, outcome: Outcome, now: Moment) -> None:
        """The answer to a call. One that nobody waits for any more is let go."""
        run = self._by_call.pop(number, None)
        if run is None or run.over:
            return
        asked, run.call, run.asked, run.outcome = run.asked, None, None, outcome
        if outcome.is_in_vain and isinstance(asked, SetPower):
            self._asking.give_back(run)
        overheard, run.overheard = run.overheard, ()
        self._go(run, now, overheard)

    def stir(
        self, runs: Sequence[Run], changed: frozenset[str], happened: Sequence[Happening], now: Moment
    ) -> None:
        """Something happened: whoever of these runs waits for it goes on."""
        for run in runs:
            for happening in happened:
                if run.is_listening and run.hears(happening):
                    self._go(run, now, (happening,))
                elif run.call is not None and run.hears(happening):
                    run.overhear(happening)
            if run.is_listening and run.listens.facts & changed:
                self._go(run, now)

    def incident_cleared(self, run: Run, now: Moment, verdict: Verdict = Verdict.CLEARED) -> None:
        """Before its first power action a run ends with its incident; from then on it goes to its end."""
        if run.powered or run.cancelled is not None or run.kind in (RunKind.CLEAR, RunKind.TRIPPED):
            return
        action = run.action
        if action is not None and run.memo is not None and not run.is_kept:
            undoing = action.cleared(self._scene(run, now), run.memo)
            if isinstance(undoing, Into):
                run.cancelled = verdict
                self._forget_call(run)
                run.into(undoing.block, ends=True)
                self._go(run, now)
                return
        self._finish(run, verdict, now, is_told=True)

    def drop(self, runs: Sequence[Run], verdict: Verdict, now: Moment, detail: str = "") -> None:
        """Their rules or their server are no more: none of them may inherit the hand of another."""
        for run in runs:
            run.over = True
        for run in runs:
            self._finish(run, verdict, now, detail)

    def retry(self, now: Moment) -> None:
        """Room may have come: those that wait for it are asked in order, and look again."""
        for run in self.line.ready(lambda run, ask, before: self._asking.held(run, ask, now, before), now):
            if self._is_wanted(run, now):
                self._go(run, now)
            else:
                self._finish(run, Verdict.OVERTAKEN, now)
        self.line.aim(now)

    def _go(self, run: Run, now: Moment, happened: tuple[Happening, ...] = ()) -> None:
        """Steps until the run waits for something, or is over."""
        self._deadlines.set(run, inf)
        home = run.rule_state.target.home
        while True:
            action = run.action
            if action is None:
                self._finish(run, run.cancelled or Verdict.ENDED, now, is_told=run.cancelled is not None)
                return
            if action.needs_hand and not self._locks.take(home, run):
                run.queued = True
                return
            had_place, scene = run.has_slot, self._scene(run, now, happened)
            progress = action.step(scene, run.memo)
            run.outcome, run.resumed, happened = None, False, ()
            match progress:
                case Next(verdict=verdict, detail=detail):
                    if verdict is not None:
                        self.log.tell(run.rule_state, verdict, now, f"{action.verb}: {detail}")
                    run.next()
                case Hush(seconds=seconds):
                    self._hush(run, seconds, now)
                    run.next()
                case Into(block=block, ends=ends, detail=detail):
                    if detail:
                        self._tell_else(run, f"{action.verb}: {detail}", now)
                    run.into(block, ends=ends)
                case Ask():
                    if not self._ask(run, progress, action, now):
                        return
                case Rest():
                    self._rest(run, progress, action, now)
                    return
                case End(verdict=verdict, detail=detail):
                    self._finish(run, verdict, now, detail and f"{action.verb}: {detail}")
                    return
            self._room_for_others(run, had_place, now)

    def _rest(self, run: Run, rest: Rest, action: Action, now: Moment) -> None:
        had_place, before = run.has_slot, run.waits_for
        run.rest(rest.memo, rest.until, action.listens())
        self._deadlines.set(run, rest.until)
        run.waits_for = rest.detail
        if rest.detail and rest.detail != before:
            self.log.tell(
                run.rule_state, Verdict.NOT_POSSIBLE, now, f"{action.verb}: it waits: {rest.detail}"
            )
        if rest.frees:
            run.leave_slot()
        self._room_for_others(run, had_place, now)
        if rest.lets_go:
            self._let_go(run, now)

    def _hush(self, run: Run, seconds: float, now: Moment) -> None:
        """A rule mutes itself. A run that is held mutes nothing: it would renew the mute for ever."""
        rule_state = run.rule_state
        if run.kept_back or (now.mono < rule_state.hushed_until and not run.has_muted):
            self.log.tell(
                rule_state, Verdict.SILENCED, now, "mute: this run is held itself, and mutes nothing"
            )
            return
        run.has_muted = True
        rule_state.hushed_until = now.mono + seconds

    def _tell_else(self, run: Run, detail: str, now: Moment) -> None:
        self.log.tell(run.rule_state, Verdict.ELSE, now, detail)
        self.reports.tell(run.rule_state, Verdict.ELSE, detail, now)

    def _room_for_others(self, run: Run, had_place: bool, now: Moment) -> None:
        """Whichever way it left its place in `limits.power.parallel`, somebody else may have it."""
        if had_place and not run.has_slot:
            self.line.room(now)

    def _ask(self, run: Run, ask: Ask, action: Action, now: Moment) -> bool:
        """True if the run goes on at once."""
        pack = self.book.pack(run.rule_state.server.facts.pack)
        match self._asking.ask(run, ask, action, pack, now):
            case Passage.GOES_ON:
                return True
            case Passage.SENT:
                assert run.call is not None
                self._by_call[run.call] = run
            case Passage.WAITS:
                self._let_go(run, now)
            case Held(verdict=verdict, detail=detail):
                self._finish(run, verdict, now, detail, is_told=True)
        return False

    def _scene(self, run: Run, now: Moment, happened: tuple[Happening, ...] = ()) -> StepScene:
        incident = run.incident
        return replace(
            self.scene(run.rule_state, incident, now), rule=run.rule, fields=incident.fields,
            outcome=run.outcome, happened=happened, is_end=run.is_end, resumed=run.resumed,
            held_for=run.was_held(now.mono), told=self.resolved.told(run.rule, incident),
        )  # fmt: skip

    def scene(self, rule_state: RuleState, incident: Incident | None, now: Moment) -> StepScene:
        """Where a step of the rule would stand, were it its turn now."""
        facts = rule_state.server.facts
        return StepScene(
            now=now, facts=facts, rule=rule_state.rule, incident=incident,
            around=rule_state.target.aggregates.get(rule_state.rule.id, rule_state.target),
            pack=self.book.pack(facts.pack), seed=rule_state.seed,
        )  # fmt: skip

    def _forget_call(self, run: Run) -> None:
        if run.call is not None:
            self._by_call.pop(run.call, None)

    def _finish(
        self, run: Run, verdict: Verdict, now: Moment, detail: str = "", *, is_told: bool = False
    ) -> None:
        """The run is over, whatever the reason."""
        run.over = True
        rule_state, had_place = run.rule_state, run.has_slot
        self._deadlines.drop(run)
        self._forget_call(run)
        self.line.leave(run)
        self.active.leave(run)
        if run.kind is RunKind.DO:
            rule_state.cooling_until = now.mono + run.rule.cooldown
            if Verdict.CLEARED in (verdict, run.cancelled) and not run.powered:
                rule_state.runs.uncount(run.began_at)
        if not is_told:
            self.log.tell(rule_state, verdict, now, detail)
        if verdict in TOLD_TO_THE_OPERATOR or (run.powered and verdict in BROKEN_OFF):
            self.reports.tell(rule_state, verdict, detail, now)
        self._let_go(run, now)
        self._room_for_others(run, had_place, now)
        self.ended(run, verdict, now)

    def _let_go(self, run: Run, now: Moment) -> None:
        """The hand goes to who waits for it next. One after the other: hundreds may only pass it on."""
        heir = self._heir(run)
        if heir is not None:
            self._heirs.append(heir)
        if self._is_passing_on:
            return
        self._is_passing_on = True
        try:
            while self._heirs:
                self._inherit(self._heirs.popleft(), now)
        finally:
            self._is_passing_on = False

    def _heir(self, run: Run) -> Run | None:
        home = run.rule_state.target.home
        heir = self._locks.release(home, run)
        while heir is not None and heir.over:
            heir = self._locks.release(home, heir)
        return heir

    def _inherit(self, heir: Run, now: Moment) -> None:
        if heir.over:  # its server went meanwhile
            return
        heir.queued = False
        if self._is_wanted(heir, now):
            self._go(heir, now)
        else:
            self._finish(heir, Verdict.OVERTAKEN, now)

    def _is_wanted(self, run: Run, now: Moment) -> bool:
        """A run whose turn comes late looks again: is the incident open, does the guard still hold?"""
        if run.kind in (RunKind.CLEAR, RunKind.TRIPPED) or run.powered or run.cancelled is not None:
            return True
        if run.rule_state.incident is not run.incident:
            return False
        guard = run.rule.guard
        return guard is None or guard.truth(run.rule_state.scene(now), now.mono).value is True
