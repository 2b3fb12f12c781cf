"""The life of a rule's incidents: from a match or a change to opening, escalating and clearing.

Asks the rule state for its opinion and the gates whether it may open, then does what follows. Other rules
may listen to what happens to a rule: it is put into `news`, which `routing.py` passes on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from math import inf

from automaton.core.decision import Verdict
from automaton.core.decision_collector import DecisionCollector
from automaton.core.events import NO_FIELDS
from automaton.core.gates.pipeline import OpeningFacts, before_opening
from automaton.core.gates.wait_queue import SHORTEST
from automaton.core.happening import TIME, Happening, of_rule
from automaton.core.incidents.inhibitors import Inhibitors
from automaton.core.moment import Moment
from automaton.core.notices.held_notices import HeldNotices
from automaton.core.notices.reports import Reports
from automaton.core.notices.resolved import LeftIncident, ResolvedNotices
from automaton.core.ports import Trigger
from automaton.core.rules.incident import Incident
from automaton.core.rules.loops import HELD_FOR, FireCause, Loops
from automaton.core.rules.rule import Rule
from automaton.core.runs.active_runs import ActiveRuns
from automaton.core.runs.run import Run, RunKind
from automaton.core.runs.runner import Runner
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.targets.first_seen import FirstSeen
from automaton.core.targets.rule_memory import Fields
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.rule_states import RuleStates
from automaton.core.targets.target import Target
from automaton.core.truth import TRUE

MATCHES = frozenset({"matches"})
ACKED = frozenset({"acked"})
OF_AN_INCIDENT = frozenset({"open_for", "matches", "acked", "attempt"})
CLOCK = Happening(TIME)
FIRED = Verdict.FIRED


class Lifecycle:
    """`news` is what happened to rules and is still to be heard by those that listen, in order.

    `listened` are the rules that others listen to.
    """

    def __init__(
        self, states: RuleStates, inhibitors: Inhibitors, runner: Runner, active: ActiveRuns, loops: Loops,
        held_notices: HeldNotices, resolved: ResolvedNotices, reports: Reports,
        first_seen: FirstSeen, log: DecisionCollector, deadlines: Deadlines[object],
    ) -> None:  # fmt: skip
        self.next_incident = 1
        self.news: deque[tuple[Target, Happening]] = deque()
        self.listened: frozenset[str] = frozenset()
        self._states = states
        self._inhibitors = inhibitors
        self._runner = runner
        self._active = active
        self._loops = loops
        self._held_notices = held_notices
        self._resolved = resolved
        self._reports = reports
        self._first_seen = first_seen
        self._log = log
        self._deadlines = deadlines
        self._taking: set[RuleState] = set()

    def hear(self, state: RuleState, happening: Happening, now: Moment, home: str) -> None:
        """Matches a happening against the rule's triggers. What ends something is judged before `when`.

        `home` is that of the target where it happened, which another engine may watch.
        """
        rule = state.rule
        if rule.until_trigger is not None and state.incident is not None:
            fields = _matches(rule.until_trigger, state, happening, now)
            # While `while` is true nothing clears, whatever `until` says (rule-language 3).
            if fields is not None and not _still_holds(state, now):
                self.clear(state, now)
                return
        unless = rule.unless if state.awaited is not None else None
        if unless is not None and _matches(unless, state, happening, now) is not None:
            # Not returned from: the same line may match `when` too, and begin the next wait.
            self.abandon(state, now, "`unless` came in time")
        if rule.when is None:
            return
        fields = _matches(rule.when, state, happening, now)
        if fields is None:
            return
        if not self._is_first(state, fields, now):
            return
        run = self._active.own(state)  # taken now: a run that begins below has seen this match already
        self._act_on(state, state.matched(now, fields, home), now, fields, home)
        if run is not None:
            self._runner.stir((run,), MATCHES, now)

    def look(self, state: RuleState, now: Moment) -> None:
        """Evaluates a rule's expressions again: on changed facts, at a deadline, after a run."""
        if state.withdrawn:
            return
        if state.incident is not None:
            self._see_to(state, state.incident, now)
        if now.wall >= state.clock.begins_at:
            self._meet_clock(state, now)
        awaited = state.awaited
        idle = state.rule.holds is None and state.incident is None and awaited is None
        if idle and not state.history.has_tripped:
            state.forget_look()
            self._aim(state, now)  # a `when` rule without an incident waits for nothing but its trigger
            return
        fields = awaited.fields if awaited is not None and state.incident is None else NO_FIELDS
        verdict = state.look(now)
        if awaited is not None and now.mono >= awaited.due:
            state.abandon()  # the wait is over, fired or not: a match waits for `unless` only once
        if idle:
            self._aim(state, now)
        else:
            self._act_on(state, verdict, now, fields, state.target.home)
        # After judging: notices of an incident that has just cleared are not sent any more.
        if state.muted_until > -inf and state.end_mute(now.mono):
            self._held_notices.release(now)

    def clear(self, state: RuleState, now: Moment, verdict: Verdict = Verdict.CLEARED) -> None:
        """Ends the incident. Its run ends with it, or from its first `power` on is finished first.

        `on_clear` comes after the run.
        """
        incident = state.clear(now)
        if incident is None:
            return
        self._is_over(state, verdict, now)
        for run in self._active.beside(state):
            # An `on_clear` of an earlier incident is not this one's to end. The end of one run gives the lock
            # to the next, which may end by that.
            if not run.is_end and not run.is_over:
                self._runner.incident_cleared(run, now)
        own = self._active.own(state)
        if own is None or own.is_end:
            self._end(state, incident, now)
        else:
            self._runner.incident_cleared(own, now)
        self.look(state, now)  # with `while` still true, or true again, it may open at once

    def abandon(self, state: RuleState, now: Moment, why: str) -> None:
        """Drops the match that waits for `unless`, and tells why."""
        if state.abandon():
            self._log.ends(state, Verdict.ABANDONED, now, why)
            self._aim(state, now)

    def acknowledge(self, state: RuleState, now: Moment) -> None:
        """Marks the incident as acknowledged; runs and escalations that wait for `acked` continue."""
        if state.incident is None or not state.incident.acknowledge():
            return
        state.mark_changed()
        if "acked" in state.rule.reads():
            self.look(state, now)
        self._runner.stir(self._active.of(state), ACKED, now)

    def reset(self, state: RuleState, now: Moment) -> None:
        """Resets a tripped breaker, and judges the rule at once."""
        if state.history.has_tripped:
            state.reset_breaker()
            state.thinks_anew()
            self.look(state, now)

    def tell_left(self, left: LeftIncident, now: Moment) -> None:
        """Tells the end of an incident whose rule was removed while automaton was away."""
        self._resolved.tell_left(left, now)

    def withdraw(self, states: Sequence[RuleState], verdict: Verdict, now: Moment) -> None:
        """Closes what is open. Runs end as with a clear; on a server that is gone all of them end."""
        for state in states:
            incident = state.withdraw(now)
            if incident is not None:
                self._is_over(state, verdict, now)
                incident.end()  # so that the end of a run does not begin `on_clear`
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

    def listen_to(self, rules: frozenset[str]) -> None:
        """Sets the rules whose incidents become news."""
        self.listened = rules

    def run_ended(self, run: Run, verdict: Verdict, now: Moment) -> None:
        """Does what waited for the end of a run: `on_clear`, the clear itself, queued matches."""
        state = run.rule_state
        if run.kind is RunKind.DO:
            if verdict is Verdict.FAILED:
                self._tell(state, "failed")
            if run.incident.cleared is not None:  # it cleared during the run, whose end was waited for
                self._end(state, run.incident, now)
            elif state.incident is run.incident and state.rule.clears_with_its_run:
                self.clear(state, now)
        if state.withdrawn and self._active.is_idle(state):
            self._states.forget(state)  # it was kept for its run only
            return
        if self._active.own(state) is None:
            self._take_queued(state, now)
        self.look(state, now)

    def _act_on(self, state: RuleState, verdict: Verdict, now: Moment, fields: Fields, home: str) -> None:
        """Does what follows from a rule state's opinion."""
        if verdict is Verdict.CLEARED:
            self.clear(state, now)
        elif verdict is FIRED:
            self._fire(state, now, fields, home)
        else:
            if verdict is Verdict.QUEUED:
                state.queue(fields)
            self._log.thinks(state, verdict, now)
            self._aim(state, now)

    def _fire(self, state: RuleState, now: Moment, fields: Fields, home: str) -> None:
        """Opens an incident, or does what follows from the gate that keeps it from opening."""
        rule = state.rule
        facts = self.opening_facts(state, now, fields, home)
        held = before_opening(rule, state.key_of, facts)
        # The breaker's gate comes before these, and did not hold: so the time of the trip is over.
        if state.history.tripped_at > -inf and (held is None or held.verdict is Verdict.LOOPING):
            state.reset_breaker()
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
            # A longer cooldown of its own is not cut short by the loop's.
            state.cool(max(state.cooling_until, now.mono + HELD_FOR))
            self._reports.tell(state, held.verdict, f"for {HELD_FOR:g} s", now)
        self._aim(state, now)

    def opening_facts(
        self, state: RuleState, now: Moment, fields: Fields, home: str, *, guarded: bool = True
    ) -> OpeningFacts:
        """What the gates look at before this rule opens on a match at the target of this `home`.

        Unless `guarded`, its `if` counts as true.
        """
        rule, history, mono = state.rule, state.history, now.mono
        is_guarded = guarded and rule.guard is not None
        return OpeningFacts(
            mono=mono, guard=state.guard(now, fields) if is_guarded else TRUE,
            cooling_until=state.cooling_until, tripped_until=history.tripped_until,
            own_run_going=state in self._active.own_runs,
            queue_room=rule.when is not None and state.has_queue_room, queued=len(state.queued),
            would_trip=rule.breaker is not None and history.would_trip(mono),
            cause=self._loops.cause(home, rule.id, fields, mono),
        )  # fmt: skip

    def _meet_clock(self, state: RuleState, now: Moment) -> None:
        """Matches `when` against a time of its schedule that has come."""
        rule = state.rule
        if rule.when is None:
            return
        if now.wall < state.clock.made_up_by and not state.knows_enough(now):
            state.clock.put_off(now.wall)
            return
        state.struck(now)
        fields = _matches(rule.when, state, CLOCK, now)
        if fields is not None and self._is_first(state, fields, now):
            home = state.target.home
            self._act_on(state, state.matched(now, fields, home), now, fields, home)

    def _is_first(self, state: RuleState, fields: Fields, now: Moment) -> bool:
        """Remembers the value of `first`, whatever comes of the match. False where it was seen before.

        Then there is no match: it neither opens anything nor pushes a quiet time back. Of what is unknown
        nobody can say that it was not seen, so it counts for nothing.
        """
        first = state.rule.first
        if first is None:
            return True
        value = first.evaluate(state.scene(now, fields), now.mono).plain
        if value is not None and self._first_seen.meets(state, value, now.mono):
            return True
        if state.incident is None:
            self._log.thinks(state, Verdict.WAITING if value is None else Verdict.SEEN_BEFORE, now)
        return False

    def _see_to(self, state: RuleState, incident: Incident, now: Moment) -> None:
        """Does what time alone brings to an open incident: an end by schedule, and escalations."""
        until = state.rule.until_trigger
        if until is not None and now.wall >= state.clock.ends_at:
            state.begin_end_clock(now)
            if _matches(until, state, CLOCK, now) is not None and not _still_holds(state, now):
                self.clear(state, now)
                return
        if state.rule.escalate:
            self._escalate(state, incident, now)

    def _escalate(self, state: RuleState, incident: Incident, now: Moment) -> None:
        for number, step in enumerate(state.rule.escalate):
            # Half a tick early is due: the deadline was computed from the same floats.
            since_opening = now - incident.opened
            if since_opening < incident.next_turn(number, step) - SHORTEST / 2:
                continue
            # First, for the run may end at once and look here again.
            incident.escalate(number, step, since_opening + SHORTEST / 2)
            state.mark_changed()
            unless = step.unless
            if unless is not None and unless.truth(state.scene(now), now.mono).value is True:
                incident.end_escalation(number)
                continue
            if number in incident.held_turns or self._active.has_turn(state, incident, number):
                continue  # the turn before is still to be told, or to end: this one comes with it
            self._runner.start(state, incident, step.do, now, RunKind.ESCALATION, which=number)

    def go_on_from(self, number: int) -> None:
        """Incidents are numbered from here, as before a restart."""
        self.next_incident = number

    def _take_number(self) -> int:
        number = self.next_incident
        self.next_incident += 1
        return number

    def _open(self, state: RuleState, now: Moment, fields: Fields, cause: FireCause | None) -> None:
        rule = state.rule
        backoff = 0.0
        if rule.backoff:  # before this run is counted by `state.open`
            backoff = rule.backoff[min(state.history.lately(now.mono), len(rule.backoff) - 1)]
        incident = state.open(self._take_number(), now, fields)
        if rule.mutes is not None:
            self._inhibitors.begin(state)
        if rule.id in self.listened:
            self._tell(state, "open")
        self._runner.start(state, incident, rule.do, now, backoff=backoff, cause=cause)
        if state.incident is not incident:  # its run ended at once, and the incident with it
            return
        if _stays_true(rule):
            self._log.stays_open(rule.id)
            self._aim(state, now)
        else:
            self.look(state, now)  # finds out when it would clear though nothing happens

    def _makes_way(self, state: RuleState, now: Moment) -> bool:
        """Ends the own run for `overlap: restart`; its `on_clear` continues beside the new run.

        False if the end of the old run has already opened an incident.
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
        """Trips the breaker instead of opening: `then` runs once, and the rule is off for this key."""
        breaker = state.rule.breaker
        assert breaker is not None
        attempt = state.trip(now)
        self._tell(state, "tripped")
        # `then` needs fields and an attempt to speak of, but this incident is never open.
        told_of = Incident(self._take_number(), now, 1, fields, attempt)
        self._runner.start(state, told_of, breaker.then, now, RunKind.TRIPPED)
        self.look(state, now)

    def _take_queued(self, state: RuleState, now: Moment) -> None:
        """Asks the gates again for matches that waited for the run's end, in order, until one opens."""
        if state in self._taking:
            return  # called from the end of a run that began below: the loop there goes on
        self._taking.add(state)
        try:
            while state.queued and self._active.own(state) is None and state.incident is None:
                self._fire(state, now, state.take_queued(), state.target.home)
        finally:
            self._taking.discard(state)

    def _end(self, state: RuleState, incident: Incident, now: Moment) -> None:
        """Does what comes once incident and run are both over: channels hear of it, `on_clear` runs."""
        if not incident.end():
            return
        state.mark_changed()
        if not state.rule.clears_with_its_run:
            self._resolved.tell(state, incident, Verdict.CLEARED, now)
        if state.rule.on_clear and not state.withdrawn:
            self._runner.start(state, incident, state.rule.on_clear, now, RunKind.CLEAR)

    def _is_over(self, state: RuleState, verdict: Verdict, now: Moment) -> None:
        """Tells that an incident has ended, and frees what it inhibited."""
        self._log.ends(state, verdict, now)
        self._tell(state, "cleared")
        self._inhibitors.end(state, now)

    def _aim(self, state: RuleState, now: Moment) -> None:
        """Sets the deadline at which this rule is looked at again."""
        # Never this very moment: it would come due again before any time has passed.
        self._deadlines.set(state, max(state.due(now), now.mono + SHORTEST))

    def _tell(self, state: RuleState, what: str) -> None:
        """Makes news of what happened to a rule, if other rules listen to it."""
        if state.rule.id in self.listened:
            fields = {"is": what, "rule": state.rule.id, "key": state.key}
            self.news.append((state.target, Happening(of_rule(state.rule.id), fields)))


def _matches(trigger: Trigger, state: RuleState, happening: Happening, now: Moment) -> Fields | None:
    """The fields of a match, None where there is none; `where` counts unknown as false."""
    fields = trigger.match(happening)
    if fields is None or trigger.where is None:
        return fields
    truth = trigger.where.truth(state.scene(now, fields), now.mono)
    return fields if truth.value is True else None


def _still_holds(state: RuleState, now: Moment) -> bool:
    holds = state.rule.holds
    return holds is not None and holds.truth(state.scene(now), now.mono).value is True


def _stays_true(rule: Rule) -> bool:
    """Whether a `while` that was true before the opening is certain to be true after it.

    Then it need not be evaluated again: an opening changes no fact of a server.
    """
    holds = rule.holds
    if holds is None or holds.applied or rule.until_trigger is not None or rule.escalate:
        return False
    return holds.names.isdisjoint(OF_AN_INCIDENT)
