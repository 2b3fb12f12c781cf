"""From what happened to what a rule thinks, and the life of its incidents: opening, escalating, clearing.

Asks a rule's state for its opinion, the gates whether it may open, and does what follows. What happens to
a rule, other rules may listen to: `news` are handed on by `routing.py`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Sequence
from itertools import count
from math import inf

from automaton.core.decision import Verdict
from automaton.core.decision_log import DecisionLog
from automaton.core.events import NO_FIELDS
from automaton.core.gates.gates import Gates
from automaton.core.gates.pipeline import TRUE, OpeningFacts, before_opening
from automaton.core.gates.wait_queue import SHORTEST, WaitQueue
from automaton.core.happening import TIME, Happening, of_rule
from automaton.core.moment import Moment
from automaton.core.notices.held_notices import HeldNotices
from automaton.core.notices.reports import Reports
from automaton.core.notices.resolved import ResolvedNotices
from automaton.core.ports import Trigger
from automaton.core.rules.incident import Incident
from automaton.core.rules.loops import HELD_FOR, FireCause, Loops
from automaton.core.rules.rule import Arm, Rule
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.run import Run, RunKind
from automaton.core.runs.runner import Runner
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.targets.rule_state import Fields, RuleState
from automaton.core.targets.rule_states import RuleStates
from automaton.core.targets.target import Target

MATCHES = frozenset({"matches"})
ACKED = frozenset({"acked"})
OF_AN_INCIDENT = frozenset({"open_for", "matches", "acked", "attempt"})
CLOCK = Happening(TIME)
FIRED = Verdict.FIRED


class Lifecycle:
    """`news` are what happened to rules, to be told to those that listen, in order.

    `listened` are the rules that others listen to. `unmuted`: a muting incident ended since this was last
    taken back.
    """

    def __init__(
        self, states: RuleStates, gates: Gates, runner: Runner, active: ActiveRuns, queue: WaitQueue[Run],
        loops: Loops, held_notices: HeldNotices, resolved: ResolvedNotices, reports: Reports,
        log: DecisionLog, deadlines: Deadlines[object],
    ) -> None:  # fmt: skip
        self.incidents = count(1)
        self.news: deque[tuple[Target, Happening]] = deque()
        self.listened: frozenset[str] = frozenset()
        self.unmuted = False
        self._states = states
        self._gates = gates
        self._runner = runner
        self._active = active
        self._queue = queue
        self._loops = loops
        self._held_notices = held_notices
        self._resolved = resolved
        self._reports = reports
        self._log = log
        self._deadlines = deadlines
        self._taking: set[RuleState] = set()

    def hear(self, state: RuleState, happening: Happening, now: Moment, target: Target) -> None:
        """A happening at a target. What ends an incident or a wait is judged before what begins one."""
        rule = state.rule
        if rule.until_trigger is not None and state.incident is not None:
            fields = _matches(rule.until_trigger, state, happening, now)
            if fields is not None and not _still_holds(state, now):
                self.clear(state, now)
                return
        unless = rule.unless if state.awaited is not None else None
        if unless is not None and _matches(unless, state, happening, now) is not None:
            self.abandon(state, now, "`unless` came in time")  # and it may begin the next wait
        if rule.when is None:
            return
        fields = _matches(rule.when, state, happening, now)
        if fields is None:
            return
        run = self._active.own(state)
        self._act_on(state, state.matched(now, fields, target.home), now, fields, target)
        if run is not None:
            self._runner.stir((run,), MATCHES, (), now)

    def look(self, state: RuleState, now: Moment) -> None:
        """Reads a rule's expressions anew: on changed facts, at a deadline, after a run."""
        if state.withdrawn:
            return
        if state.incident is not None:
            self._see_to(state, state.incident, now)
        if now.wall >= state.clocked:
            self._meet_clock(state, now)
        awaited = state.awaited
        idle = state.rule.holds is None and state.incident is None and awaited is None
        if idle and not state.history.has_tripped:
            state.forget_look()
            self._aim(state, now)  # a `when` rule without an incident waits for its trigger alone
            return
        fields = awaited.fields if awaited is not None and state.incident is None else NO_FIELDS
        verdict = state.look(now)
        if awaited is not None and now.mono >= awaited.due:
            state.abandon()
        if idle:
            self._aim(state, now)
        else:
            self._act_on(state, verdict, now, fields, state.target)
        if state.muted_until > -inf and state.end_mute(
            now.mono
        ):  # judged first: what is over by now is not told any more
            self._held_notices.release(now)

    def clear(self, state: RuleState, now: Moment, verdict: Verdict = Verdict.CLEARED) -> None:
        """The incident ends. `on_clear` comes after the run, which before its first power ends with it."""
        incident = state.clear(now)
        if incident is None:
            return
        self._is_over(state, verdict, now)
        for run in self._active.beside(state):
            if not run.is_end:
                self._runner.incident_cleared(run, now)
        own = self._active.own(state)
        if own is None or own.is_end:
            self._end(state, incident, now)
        else:
            self._runner.incident_cleared(own, now)
        self.look(state, now)

    def abandon(self, state: RuleState, now: Moment, why: str) -> None:
        """A match that waited is let go."""
        if state.abandon():
            self._log.ends(state, Verdict.ABANDONED, now, why)
            self._aim(state, now)

    def acknowledge(self, state: RuleState, now: Moment) -> None:
        """A person took note of the incident."""
        if state.incident is None or not state.incident.acknowledge():
            return
        if "acked" in state.rule.reads():
            self.look(state, now)
        self._runner.stir(self._active.of(state), ACKED, (), now)

    def reset(self, state: RuleState, now: Moment) -> None:
        """A person puts a tripped rule to work again."""
        if state.history.has_tripped:
            state.history.reset()
            state.thinks_anew()
            self.look(state, now)

    def tell_left(self, rule: str, key: str, now: Moment) -> None:
        """An incident was open when automaton ended, and its rule is no more."""
        self._log.tell_left(rule, key, now)

    def withdraw(self, states: Sequence[RuleState], verdict: Verdict, now: Moment) -> None:
        """Closes what is open. Runs end as with a clear; on a server that is gone nothing goes on."""
        for state in states:
            incident = state.withdraw(now)
            if incident is not None:
                self._is_over(state, verdict, now)
                incident.end()
                if not state.rule.clears_with_its_run:
                    self._resolved.tell(state, incident, verdict, now)
        runs = [run for state in states for run in self._active.of(state)]
        if verdict is Verdict.GONE:
            self._runner.drop(runs, verdict, now)
        for run in runs:
            if run.kind in (RunKind.DO, RunKind.ESCALATION) and not run.is_over:
                self._runner.incident_cleared(run, now, verdict)
        for state in states:
            self._deadlines.drop(state)

    def inhibit(self, state: RuleState) -> None:
        """The open incident of a live rule holds others back, where the rule says so."""
        if state.rule.mutes is None or self._gates.arm(state.rule) is not Arm.LIVE:
            return  # in shadow a rule mutes nothing
        target, rule = state.target, state.rule.id

        def covered() -> Container[str] | None:
            aggregate = target.aggregates.get(rule)
            return None if aggregate is None else aggregate.covered

        self._gates.inhibition.begin(state.rule, state.key_of, covered)

    def inhibit_anew(self, now: Moment) -> None:
        """Rules or limits changed: which open incidents hold others back, and what waits, is found anew."""
        self._gates.inhibition.clear()
        for state in self._states.all():
            if state.incident is not None:
                self.inhibit(state)
        self.unmute(now)

    def unmute(self, now: Moment) -> None:
        """Who was held by an open incident may be free, once other rules have been judged."""
        self.release_soon()
        self._queue.room(now)

    def release_soon(self) -> None:
        """Notices that were held may be free, once other rules have been judged."""
        self.unmuted = True

    def take_unmuted(self) -> bool:
        """Whether anybody may be free since this was asked last."""
        unmuted, self.unmuted = self.unmuted, False
        return unmuted

    def listen_to(self, rules: frozenset[str]) -> None:
        """From now on only what happens to these rules is news."""
        self.listened = rules

    def run_ended(self, run: Run, verdict: Verdict, now: Moment) -> None:
        """A run is over: what waited for that goes on."""
        state = run.rule_state
        if run.kind is RunKind.DO:
            if verdict is Verdict.FAILED:
                self._tell(state, "failed")
            if run.incident.cleared is not None:
                self._end(state, run.incident, now)
            elif state.incident is run.incident and state.rule.clears_with_its_run:
                self.clear(state, now)
        if state.withdrawn and self._active.is_idle(state):
            self._states.forget(state)  # it stayed for its run only
            return
        if self._active.own(state) is None:
            self._take_queued(state, now)
        self.look(state, now)

    def _act_on(
        self, state: RuleState, verdict: Verdict, now: Moment, fields: Fields, target: Target
    ) -> None:
        """Does what follows from a rule's opinion."""
        if verdict is Verdict.CLEARED:
            self.clear(state, now)
        elif verdict is FIRED:
            self._fire(state, now, fields, target)
        else:
            if verdict is Verdict.QUEUED:
                state.queue(fields)
            self._log.thinks(state, verdict, now)
            self._aim(state, now)

    def _fire(self, state: RuleState, now: Moment, fields: Fields, target: Target) -> None:
        """It is ready to open: the gates say whether it may."""
        rule = state.rule
        facts = self.opening_facts(state, now, fields, target)
        held = before_opening(rule, state.key_of, facts)
        if state.history.tripped_at > -inf and (held is None or held.verdict is Verdict.LOOPING):
            state.history.reset()  # its time is over, or a gate would have held it
        if held is None:
            if facts.own_run_going and not self._makes_way(state, now):
                return
            self._log.thinks(state, FIRED, now)
            self._open(state, now, fields, facts.cause)
            return
        state.wake_by(held.until)
        if held.verdict is Verdict.QUEUED:
            state.queue(fields)
        self._log.thinks(state, held.verdict, now)
        if held.verdict is Verdict.TRIPPED:
            self._trip(state, now, fields)
            return
        if held.verdict is Verdict.LOOPING:
            state.cool(max(state.cooling_until, now.mono + HELD_FOR))
            self._reports.tell(state, held.verdict, f"for {HELD_FOR:g} s", now)
        self._aim(state, now)

    def opening_facts(
        self, state: RuleState, now: Moment, fields: Fields, target: Target, *, guarded: bool = True
    ) -> OpeningFacts:
        """What the gates look at before this rule opens on a match at a target.

        Not `guarded`: as if its `if` were true.
        """
        rule, history, mono = state.rule, state.history, now.mono
        guard = TRUE
        if rule.guard is not None and guarded:
            guard = rule.guard.truth(state.scene(now, fields), mono)
        return OpeningFacts(
            mono=mono, guard=guard, cooling_until=state.cooling_until, tripped_until=history.tripped_until,
            own_run_going=state in self._active.own_runs,
            queue_room=rule.when is not None and state.has_queue_room, queued=len(state.queued),
            would_trip=rule.breaker is not None and history.would_trip(mono),
            cause=self._loops.cause(target.home, rule.id, fields, mono),
        )  # fmt: skip

    def _meet_clock(self, state: RuleState, now: Moment) -> None:
        """A time of the clock has come: the trigger hears of it."""
        rule = state.rule
        if rule.when is None:
            return
        state.clock_struck(now)
        fields = _matches(rule.when, state, CLOCK, now)
        if fields is not None:
            target = state.target
            self._act_on(state, state.matched(now, fields, target.home), now, fields, target)

    def _see_to(self, state: RuleState, incident: Incident, now: Moment) -> None:
        """What time alone brings to an open incident: an end by the clock, and escalations."""
        until = state.rule.until_trigger
        if until is not None and now.wall >= state.ends_at:
            state.end_clock_struck(now)
            if _matches(until, state, CLOCK, now) is not None and not _still_holds(state, now):
                self.clear(state, now)
                return
        if state.rule.escalate:
            self._escalate(state, incident, now)

    def _escalate(self, state: RuleState, incident: Incident, now: Moment) -> None:
        for number, step in enumerate(state.rule.escalate):
            if number in incident.escalated or now - incident.opened < step.after - SHORTEST / 2:
                continue
            incident.escalate(number)
            unless = step.unless
            if unless is not None and unless.truth(state.scene(now), now.mono).value is True:
                continue
            self._runner.start(state, incident, step.do, now, RunKind.ESCALATION, which=number)

    def _open(self, state: RuleState, now: Moment, fields: Fields, cause: FireCause | None) -> None:
        rule = state.rule
        backoff = 0.0
        if rule.backoff:
            backoff = rule.backoff[min(state.history.lately(now.mono), len(rule.backoff) - 1)]
        incident = state.open(next(self.incidents), now, fields)
        if rule.mutes is not None:
            self.inhibit(state)
        if rule.id in self.listened:
            self._tell(state, "open")
        self._runner.start(state, incident, rule.do, now, backoff=backoff, cause=cause)
        if state.incident is not incident:
            return
        if _stays_true(rule):
            self._aim(state, now)
        else:
            self.look(state, now)  # learns when it would clear though nothing happens

    def _makes_way(self, state: RuleState, now: Moment) -> bool:
        """`overlap: restart` ends what is going. What it must undo goes on beside the new run.

        False if the end of the old run has opened the incident already.
        """
        own = self._active.own(state)
        if own is not None and not own.is_end:
            if state.clear(now) is not None:
                self._is_over(state, Verdict.CLEARED, now)
            self._runner.drop([own], Verdict.OVERTAKEN, now, "`overlap: restart`")
        if state.incident is not None:
            return False
        self._active.step_aside(state)
        return True

    def _trip(self, state: RuleState, now: Moment, fields: Fields) -> None:
        """Instead of opening: `then` runs once, and the rule is off for this key."""
        breaker = state.rule.breaker
        assert breaker is not None
        attempt = state.trip(now)
        self._tell(state, "tripped")
        told_of = Incident(next(self.incidents), now, 1, fields, attempt)
        self._runner.start(state, told_of, breaker.then, now, RunKind.TRIPPED)
        self.look(state, now)

    def _take_queued(self, state: RuleState, now: Moment) -> None:
        """Those that waited for the run's end are asked anew, in order, until one opens."""
        if state in self._taking:
            return  # one that ended at once: the outermost goes on
        self._taking.add(state)
        try:
            while state.queued and self._active.own(state) is None and state.incident is None:
                self._fire(state, now, state.take_queued(), state.target)
        finally:
            self._taking.discard(state)

    def _end(self, state: RuleState, incident: Incident, now: Moment) -> None:
        """The incident is over and its run too: what a run must undo stands in `on_clear`, done once."""
        if not incident.end():
            return
        if not state.rule.clears_with_its_run:
            self._resolved.tell(state, incident, Verdict.CLEARED, now)
        if state.rule.on_clear and not state.withdrawn:
            self._runner.start(state, incident, state.rule.on_clear, now, RunKind.CLEAR)

    def _is_over(self, state: RuleState, verdict: Verdict, now: Moment) -> None:
        """An incident has ended: that is told, and what it held back may go on."""
        self._log.ends(state, verdict, now)
        self._tell(state, "cleared")
        if self._gates.inhibition.end(state.rule.id, state.key_of):
            self.unmute(now)

    def _aim(self, state: RuleState, now: Moment) -> None:
        """Sets the moment at which this rule is looked at again."""
        # A deadline at this very moment would be met again before time has passed.
        self._deadlines.set(state, max(state.due(now), now.mono + SHORTEST))

    def _tell(self, state: RuleState, what: str) -> None:
        """Other rules may wait for this."""
        if state.rule.id in self.listened:
            fields = {"is": what, "rule": state.rule.id, "key": state.key}
            self.news.append((state.target, Happening(of_rule(state.rule.id), fields)))


def _matches(trigger: Trigger, state: RuleState, happening: Happening, now: Moment) -> Fields | None:
    """The fields of a match, None where there is none."""
    fields = trigger.match(happening)
    if fields is None or trigger.where is None:
        return fields
    truth = trigger.where.truth(state.scene(now, fields), now.mono)
    return fields if truth.value is True else None


def _still_holds(state: RuleState, now: Moment) -> bool:
    holds = state.rule.holds
    return holds is not None and holds.truth(state.scene(now), now.mono).value is True


def _stays_true(rule: Rule) -> bool:
    """Whether a `while` that was true before the opening keeps the incident open after it.

    It was read a moment ago, and need not be again: no fact of a server changes by an opening.
    """
    holds = rule.holds
    if holds is None or holds.applied or rule.until_trigger is not None or rule.escalate:
        return False
    return holds.names.isdisjoint(OF_AN_INCIDENT)
