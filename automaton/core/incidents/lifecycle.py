"""From what happened to what a rule thinks, and the life of its incidents: opening, escalating, clearing.

Asks a standing for its verdict and does what follows. What it tells of a rule, other rules may listen to.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import count
from math import inf

from automaton.core.decision import Verdict
from automaton.core.decision_log import DecisionLog
from automaton.core.events import NO_FIELDS
from automaton.core.gates.wait_queue import SHORTEST
from automaton.core.happening import TIME, Happening, of_rule
from automaton.core.moment import Moment
from automaton.core.ports import Trigger
from automaton.core.rules.incident import Incident
from automaton.core.rules.loops import HELD_FOR, NO_CHAIN, Chain, turns_round
from automaton.core.rules.rule import Arm
from automaton.core.runs.run import Run, RunKind
from automaton.core.runs.runner import Runner
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.schedule.timers import begin_end_clock, next_time
from automaton.core.targets.rule_state import Fields, RuleState
from automaton.core.targets.target import Target

MATCHES = frozenset({"matches"})
ACKED = frozenset({"acked"})
CLOCK = Happening(TIME)


class Lifecycle:
    """`news` are what happened to rules, to be told to those that listen, in order.

    `listened` are the rules that others listen to. `unmuted`: a muting incident ended since this was last
    taken back.
    """

    def __init__(self, runner: Runner, log: DecisionLog, deadlines: Deadlines[object]) -> None:
        self.incidents = count(1)
        self.news: deque[tuple[Target, Happening]] = deque()
        self.listened: frozenset[str] = frozenset()
        self.unmuted = False
        self._taking: set[RuleState] = set()
        self._runner = runner
        self._log = log
        self._deadlines = deadlines
        runner.ended = self._run_ended

    def hear(self, rule_state: RuleState, happening: Happening, now: Moment, target: Target) -> None:
        """A happening at a place. What ends an incident or a wait is judged before what begins one."""
        rule = rule_state.rule
        if rule.until_trigger is not None and rule_state.incident is not None:
            fields = self._matches(rule.until_trigger, rule_state, happening, now)
            if fields is not None and not self._still_holds(rule_state, now):
                self.clear(rule_state, now)
                return
        if rule_state.awaited is not None and self._is_let_go(rule_state, happening, now):
            self.abandon(rule_state, now, "`unless` came in time")  # and it may begin the next wait
        if rule.when is None:
            return
        fields = self._matches(rule.when, rule_state, happening, now)
        if fields is None:
            return
        run = rule_state.run
        self.act_on(rule_state, rule_state.matched(now, fields, target.home), now, fields, target)
        if run is not None:
            self._runner.stir((run,), MATCHES, (), now)

    def matches(self, rule_state: RuleState, happening: Happening, now: Moment) -> Fields | None:
        """The fields of a match of `when`, for those who look for its key."""
        when = rule_state.rule.when
        return self._matches(when, rule_state, happening, now) if when is not None else None

    def look(self, rule_state: RuleState, now: Moment) -> None:
        """Reads a rule's expressions anew: on changed facts, at a deadline, after a run."""
        if rule_state.withdrawn:
            return
        if rule_state.incident is not None:
            self._see_to(rule_state, rule_state.incident, now)
        if now.wall >= rule_state.clocked:
            self._meet_clock(rule_state, now)
        awaited = rule_state.awaited
        idle = rule_state.rule.holds is None and rule_state.incident is None and awaited is None
        if idle and not rule_state.runs.has_tripped:
            rule_state.look_again = inf
            self._aim(rule_state, now)  # a `when` rule without an incident waits for its trigger alone
            return
        fields = awaited.fields if awaited is not None and rule_state.incident is None else NO_FIELDS
        verdict = rule_state.look(now)
        if awaited is not None and now.mono >= awaited.due:
            rule_state.awaited = None
        if idle:
            self._aim(rule_state, now)
        else:
            self.act_on(rule_state, verdict, now, fields, rule_state.target)
        if (
            -inf < rule_state.hushed_until <= now.mono
        ):  # judged first: what is over by now is not told any more
            rule_state.hushed_until = -inf
            self._runner.held_notices.release(now)

    def act_on(
        self, rule_state: RuleState, verdict: Verdict, now: Moment, fields: Fields, target: Target
    ) -> None:
        """Does what follows from a verdict."""
        if verdict is Verdict.CLEARED:
            self.clear(rule_state, now)
            return
        chain = NO_CHAIN
        if verdict is Verdict.FIRED:
            chain = self._runner.loops.chain(target.home, rule_state.rule.id, fields, now.mono)
            if turns_round(chain, rule_state.rule.id, fields):
                verdict = Verdict.LOOPING
        if verdict is Verdict.FIRED and rule_state.run is not None and not self._makes_way(rule_state, now):
            return
        self._log.thinks(rule_state, verdict, now)
        match verdict:
            case Verdict.FIRED:
                self._open(rule_state, now, fields, chain)
            case Verdict.TRIPPED:
                self._trip(rule_state, now, fields)
            case Verdict.LOOPING:
                rule_state.cooling_until = max(rule_state.cooling_until, now.mono + HELD_FOR)
                self._runner.reports.tell(rule_state, verdict, f"for {HELD_FOR:g} s", now)
                self._aim(rule_state, now)
            case _:
                self._aim(rule_state, now)

    def clear(self, rule_state: RuleState, now: Moment, verdict: Verdict = Verdict.CLEARED) -> None:
        """The incident ends. `on_clear` comes after the run, which before its first power ends with it."""
        incident = rule_state.clear(now)
        if incident is None:
            return
        self._log.ends(rule_state, verdict, now)
        self._tell(rule_state, "cleared")
        self._unmute(rule_state, now)
        for side in [side for side in rule_state.sides if not side.is_end]:
            self._runner.incident_cleared(side, now)
        run = rule_state.run
        if run is None or run.is_end:
            self._end(rule_state, incident, now)
        else:
            self._runner.incident_cleared(run, now)
        self.look(rule_state, now)

    def abandon(self, rule_state: RuleState, now: Moment, why: str) -> None:
        """A match that waited is let go."""
        if rule_state.abandon():
            self._log.ends(rule_state, Verdict.ABANDONED, now, why)
            self._aim(rule_state, now)

    def acknowledge(self, rule_state: RuleState, now: Moment) -> None:
        """A person took note of the incident."""
        if rule_state.incident is None or rule_state.incident.acked:
            return
        rule_state.incident.acked = True
        if "acked" in rule_state.rule.reads():
            self.look(rule_state, now)
        runs = [run for run in (rule_state.run, *rule_state.sides) if run is not None]
        self._runner.stir(runs, ACKED, (), now)

    def reset(self, rule_state: RuleState, now: Moment) -> None:
        """A person puts a tripped rule to work again."""
        if rule_state.runs.has_tripped:
            rule_state.runs.reset()
            rule_state.last_verdict = None
            self.look(rule_state, now)

    def tell_left(self, rule: str, key: str, now: Moment) -> None:
        """An incident was open when automaton ended, and its rule is no more."""
        self._log.tell_left(rule, key, now)

    def withdraw(self, rule_states: Sequence[RuleState], verdict: Verdict, now: Moment) -> None:
        """Closes what is open. Runs end as with a clear; on a server that is gone nothing goes on."""
        for rule_state in rule_states:
            rule_state.withdrawn = True
            rule_state.awaited = None
            rule_state.queued.clear()
            incident = rule_state.clear(now)
            if incident is not None:
                self._log.ends(rule_state, verdict, now)
                self._tell(rule_state, "cleared")
                self._unmute(rule_state, now)
                incident.ended = True
                if not rule_state.rule.clears_with_its_run:
                    self._runner.resolved.tell(rule_state, incident, verdict, now)
        runs = [run for one in rule_states for run in (one.run, *one.sides) if run is not None]
        if verdict is Verdict.GONE:
            self._runner.drop(runs, verdict, now)
        for run in runs:
            if run.kind in (RunKind.DO, RunKind.ESCALATION) and not run.over:
                self._runner.incident_cleared(run, now, verdict)
        for rule_state in rule_states:
            self._deadlines.drop(rule_state)

    def _matches(
        self, trigger: Trigger, rule_state: RuleState, happening: Happening, now: Moment
    ) -> Fields | None:
        fields = trigger.match(happening)
        if fields is None or trigger.where is None:
            return fields
        truth = trigger.where.truth(rule_state.scene(now, fields), now.mono)
        return fields if truth.value is True else None

    def _is_let_go(self, rule_state: RuleState, happening: Happening, now: Moment) -> bool:
        unless = rule_state.rule.unless
        return unless is not None and self._matches(unless, rule_state, happening, now) is not None

    def _still_holds(self, rule_state: RuleState, now: Moment) -> bool:
        holds = rule_state.rule.holds
        return holds is not None and holds.truth(rule_state.scene(now), now.mono).value is True

    def _meet_clock(self, rule_state: RuleState, now: Moment) -> None:
        """A time of the clock has come: the trigger hears of it."""
        rule = rule_state.rule
        if rule.when is None:
            return
        rule_state.clock_checked = now.wall
        rule_state.clocked = next_time(rule.when, rule_state.seed, now.wall)
        fields = self._matches(rule.when, rule_state, CLOCK, now)
        if fields is not None:
            target = rule_state.target
            self.act_on(rule_state, rule_state.matched(now, fields, target.home), now, fields, target)

    def _see_to(self, rule_state: RuleState, incident: Incident, now: Moment) -> None:
        """What time alone brings to an open incident: an end by the clock, and escalations."""
        until = rule_state.rule.until_trigger
        if until is not None and now.wall >= rule_state.ends_at:
            rule_state.ends_at = next_time(until, rule_state.seed, now.wall)
            if self._matches(until, rule_state, CLOCK, now) is not None and not self._still_holds(
                rule_state, now
            ):
                self.clear(rule_state, now)
                return
        if rule_state.rule.escalate:
            self._escalate(rule_state, incident, now)

    def _escalate(self, rule_state: RuleState, incident: Incident, now: Moment) -> None:
        for number, step in enumerate(rule_state.rule.escalate):
            if number in incident.escalated or now - incident.opened < step.after - SHORTEST / 2:
                continue
            incident.escalated.add(number)
            unless = step.unless
            if unless is not None and unless.truth(rule_state.scene(now), now.mono).value is True:
                continue
            self._runner.start(rule_state, incident, step.do, now, RunKind.ESCALATION, which=number)

    def _open(self, rule_state: RuleState, now: Moment, fields: Fields, chain: Chain) -> None:
        backoff = self._backoff(rule_state, now)
        incident = rule_state.open(next(self.incidents), now, fields)
        rule_state.runs.began(rule_state.rule, now.mono)
        begin_end_clock(rule_state, now)
        if rule_state.rule.mutes is not None and self._runner.gates.arm(rule_state.rule) is Arm.LIVE:
            self._runner.holding.muting[rule_state] = None
        self._tell(rule_state, "open")
        self._runner.start(rule_state, incident, rule_state.rule.do, now, backoff=backoff, chain=chain)
        if rule_state.incident is incident:
            self.look(rule_state, now)  # learns when it would clear though nothing happens

    def _makes_way(self, rule_state: RuleState, now: Moment) -> bool:
        """`overlap: restart` ends what is going. What it must undo goes on beside the new run.

        False if the end of the old run has opened the incident already.
        """
        run = rule_state.run
        if run is not None and not run.is_end:
            if rule_state.clear(now) is not None:
                self._log.ends(rule_state, Verdict.CLEARED, now)
                self._tell(rule_state, "cleared")
                self._unmute(rule_state, now)
            self._runner.drop([run], Verdict.OVERTAKEN, now, "`overlap: restart`")
        if rule_state.incident is not None:
            return False
        if rule_state.run is not None:
            rule_state.sides.append(rule_state.run)
            rule_state.run = None
        return True

    def _backoff(self, rule_state: RuleState, now: Moment) -> float:
        waits = rule_state.rule.backoff
        before = rule_state.runs.lately(rule_state.rule, now.mono)
        return waits[min(before, len(waits) - 1)] if waits else 0.0

    def _trip(self, rule_state: RuleState, now: Moment, fields: Fields) -> None:
        """Instead of opening: `then` runs once, and the rule is off for this key."""
        breaker = rule_state.rule.breaker
        assert breaker is not None
        rule_state.runs.trip(rule_state.rule, now.mono)
        self._tell(rule_state, "tripped")
        attempt = rule_state.runs.lately(rule_state.rule, now.mono) + 1
        told_of = Incident(next(self.incidents), now, 1, fields, attempt)
        self._runner.start(rule_state, told_of, breaker.then, now, RunKind.TRIPPED)
        self.look(rule_state, now)

    def _run_ended(self, run: Run, verdict: Verdict, now: Moment) -> None:
        rule_state = run.rule_state
        if run.kind is RunKind.DO:
            if verdict is Verdict.FAILED:
                self._tell(rule_state, "failed")
            if run.incident.cleared is not None:
                self._end(rule_state, run.incident, now)
            elif rule_state.incident is run.incident and rule_state.rule.clears_with_its_run:
                self.clear(rule_state, now)
        if rule_state.withdrawn and rule_state.is_idle:
            target, key = rule_state.target, (rule_state.rule.id, rule_state.key_of.more)
            if target.rule_states.get(key) is rule_state:  # it stayed for its run only
                del target.rule_states[key]
            return
        if rule_state.run is None:
            self._take_queued(rule_state, now)
        self.look(rule_state, now)

    def _take_queued(self, rule_state: RuleState, now: Moment) -> None:
        """Those that waited for the run's end are asked anew, in order, until one opens."""
        if rule_state in self._taking:
            return  # one that ended at once: the outermost goes on
        self._taking.add(rule_state)
        try:
            while rule_state.queued and rule_state.run is None and rule_state.incident is None:
                fields = rule_state.queued.popleft()
                self.act_on(rule_state, rule_state.may_open(now, fields), now, fields, rule_state.target)
        finally:
            self._taking.discard(rule_state)

    def _end(self, rule_state: RuleState, incident: Incident, now: Moment) -> None:
        """The incident is over and its run too: what a run must undo stands in `on_clear`, done once."""
        if incident.ended:
            return
        incident.ended = True
        if not rule_state.rule.clears_with_its_run:
            self._runner.resolved.tell(rule_state, incident, Verdict.CLEARED, now)
        if rule_state.rule.on_clear and not rule_state.withdrawn:
            self._runner.start(rule_state, incident, rule_state.rule.on_clear, now, RunKind.CLEAR)

    def _unmute(self, rule_state: RuleState, now: Moment) -> None:
        """What this incident held back may go on, once other rules have been judged."""
        muting = self._runner.holding.muting
        if rule_state in muting:
            del muting[rule_state]
            self.unmuted = True
            self._runner.line.room(now)

    def _aim(self, rule_state: RuleState, now: Moment) -> None:
        """Sets the moment at which this standing is looked at again."""
        due, incident = rule_state.look_again, rule_state.incident
        if rule_state.clocked < inf:
            due = min(due, now.mono + (rule_state.clocked - now.wall))
        if now.mono < rule_state.hushed_until:
            due = min(due, rule_state.hushed_until)
        if incident is not None:
            due = min(due, self._aim_at_open(rule_state, incident, now))
        # A deadline at this very moment would be met again before time has passed.
        self._deadlines.set(rule_state, max(due, now.mono + SHORTEST))

    def _aim_at_open(self, rule_state: RuleState, incident: Incident, now: Moment) -> float:
        """When time alone ends this incident, or escalates it."""
        due = now.mono + (rule_state.ends_at - now.wall)
        for number, step in enumerate(rule_state.rule.escalate):
            if number not in incident.escalated:
                due = min(due, incident.opened.mono + step.after)
        return due

    def _tell(self, rule_state: RuleState, what: str) -> None:
        """Other rules may wait for this."""
        name = of_rule(rule_state.rule.id)
        if rule_state.rule.id in self.listened:
            fields = {"is": what, "rule": rule_state.rule.id, "key": rule_state.key}
            self.news.append((rule_state.target, Happening(name, fields)))
