"""From what happened to what a rule thinks, and the life of its incidents: opening, escalating, clearing.

Asks a standing for its verdict and does what follows. What it tells of a rule, other rules may listen to.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import count
from math import inf

from automaton.core.clocking import begin_end_clock, next_time
from automaton.core.deadlines import Deadlines
from automaton.core.decision import Verdict
from automaton.core.events import NO_FIELDS
from automaton.core.happening import TIME, Happening, of_rule
from automaton.core.incident import Incident
from automaton.core.line import SHORTEST
from automaton.core.loops import HELD_FOR, NO_CHAIN, Chain, turns_round
from automaton.core.moment import Moment
from automaton.core.place import Place
from automaton.core.ports import Trigger
from automaton.core.rule import Arm
from automaton.core.run import Run, RunKind
from automaton.core.runner import Runner
from automaton.core.standing import Fields, Standing
from automaton.core.tally import Tally

MATCHES = frozenset({"matches"})
ACKED = frozenset({"acked"})
CLOCK = Happening(TIME)


class Judge:
    """`news` are what happened to rules, to be told to those that listen, in order.

    `listened` are the rules that others listen to. `unmuted`: a muting incident ended since this was last
    taken back.
    """

    def __init__(self, runner: Runner, tally: Tally, deadlines: Deadlines[object]) -> None:
        self.incidents = count(1)
        self.news: deque[tuple[Place, Happening]] = deque()
        self.listened: frozenset[str] = frozenset()
        self.unmuted = False
        self._taking: set[Standing] = set()
        self._runner = runner
        self._tally = tally
        self._deadlines = deadlines
        runner.ended = self._run_ended

    def hear(self, standing: Standing, happening: Happening, now: Moment, place: Place) -> None:
        """A happening at a place. What ends an incident or a wait is judged before what begins one."""
        rule = standing.rule
        if rule.until_trigger is not None and standing.incident is not None:
            fields = self._matches(rule.until_trigger, standing, happening, now)
            if fields is not None and not self._still_holds(standing, now):
                self.clear(standing, now)
                return
        if standing.awaited is not None and self._is_let_go(standing, happening, now):
            self.abandon(standing, now, "`unless` came in time")  # and it may begin the next wait
        if rule.when is None:
            return
        fields = self._matches(rule.when, standing, happening, now)
        if fields is None:
            return
        run = standing.run
        self.act_on(standing, standing.matched(now, fields, place.home), now, fields, place)
        if run is not None:
            self._runner.stir((run,), MATCHES, (), now)

    def matches(self, standing: Standing, happening: Happening, now: Moment) -> Fields | None:
        """The fields of a match of `when`, for those who look for its key."""
        when = standing.rule.when
        return self._matches(when, standing, happening, now) if when is not None else None

    def look(self, standing: Standing, now: Moment) -> None:
        """Reads a rule's expressions anew: on changed facts, at a deadline, after a run."""
        if standing.withdrawn:
            return
        if standing.incident is not None:
            self._see_to(standing, standing.incident, now)
        if now.wall >= standing.clocked:
            self._meet_clock(standing, now)
        awaited = standing.awaited
        idle = standing.rule.holds is None and standing.incident is None and awaited is None
        if idle and not standing.runs.has_tripped:
            standing.look_again = inf
            self._aim(standing, now)  # a `when` rule without an incident waits for its trigger alone
            return
        fields = awaited.fields if awaited is not None and standing.incident is None else NO_FIELDS
        verdict = standing.look(now)
        if awaited is not None and now.mono >= awaited.due:
            standing.awaited = None
        if idle:
            self._aim(standing, now)
        else:
            self.act_on(standing, verdict, now, fields, standing.place)
        if -inf < standing.hushed_until <= now.mono:  # judged first: what is over by now is not told any more
            standing.hushed_until = -inf
            self._runner.notices.release(now)

    def act_on(self, standing: Standing, verdict: Verdict, now: Moment, fields: Fields, place: Place) -> None:
        """Does what follows from a verdict."""
        if verdict is Verdict.CLEARED:
            self.clear(standing, now)
            return
        chain = NO_CHAIN
        if verdict is Verdict.FIRED:
            chain = self._runner.loops.chain(place.home, standing.rule.id, fields, now.mono)
            if turns_round(chain, standing.rule.id, fields):
                verdict = Verdict.LOOPING
        if verdict is Verdict.FIRED and standing.run is not None and not self._makes_way(standing, now):
            return
        self._tally.thinks(standing, verdict, now)
        match verdict:
            case Verdict.FIRED:
                self._open(standing, now, fields, chain)
            case Verdict.TRIPPED:
                self._trip(standing, now, fields)
            case Verdict.LOOPING:
                standing.cooling_until = max(standing.cooling_until, now.mono + HELD_FOR)
                self._runner.reports.tell(standing, verdict, f"for {HELD_FOR:g} s", now)
                self._aim(standing, now)
            case _:
                self._aim(standing, now)

    def clear(self, standing: Standing, now: Moment, verdict: Verdict = Verdict.CLEARED) -> None:
        """The incident ends. `on_clear` comes after the run, which before its first power ends with it."""
        incident = standing.clear(now)
        if incident is None:
            return
        self._tally.ends(standing, verdict, now)
        self._tell(standing, "cleared")
        self._unmute(standing, now)
        for side in [side for side in standing.sides if not side.is_end]:
            self._runner.incident_cleared(side, now)
        run = standing.run
        if run is None or run.is_end:
            self._end(standing, incident, now)
        else:
            self._runner.incident_cleared(run, now)
        self.look(standing, now)

    def abandon(self, standing: Standing, now: Moment, why: str) -> None:
        """A match that waited is let go."""
        if standing.abandon():
            self._tally.ends(standing, Verdict.ABANDONED, now, why)
            self._aim(standing, now)

    def acknowledge(self, standing: Standing, now: Moment) -> None:
        """A person took note of the incident."""
        if standing.incident is None or standing.incident.acked:
            return
        standing.incident.acked = True
        if "acked" in standing.rule.reads():
            self.look(standing, now)
        runs = [run for run in (standing.run, *standing.sides) if run is not None]
        self._runner.stir(runs, ACKED, (), now)

    def reset(self, standing: Standing, now: Moment) -> None:
        """A person puts a tripped rule to work again."""
        if standing.runs.has_tripped:
            standing.runs.reset()
            standing.last_verdict = None
            self.look(standing, now)

    def tell_left(self, rule: str, key: str, now: Moment) -> None:
        """An incident was open when automaton ended, and its rule is no more."""
        self._tally.tell_left(rule, key, now)

    def withdraw(self, standings: Sequence[Standing], verdict: Verdict, now: Moment) -> None:
        """Closes what is open. Runs end as with a clear; on a server that is gone nothing goes on."""
        for standing in standings:
            standing.withdrawn = True
            standing.awaited = None
            standing.queued.clear()
            incident = standing.clear(now)
            if incident is not None:
                self._tally.ends(standing, verdict, now)
                self._tell(standing, "cleared")
                self._unmute(standing, now)
                incident.ended = True
                if not standing.rule.clears_with_its_run:
                    self._runner.endings.tell(standing, incident, verdict, now)
        runs = [run for one in standings for run in (one.run, *one.sides) if run is not None]
        if verdict is Verdict.GONE:
            self._runner.drop(runs, verdict, now)
        for run in runs:
            if run.kind in (RunKind.DO, RunKind.ESCALATION) and not run.over:
                self._runner.incident_cleared(run, now, verdict)
        for standing in standings:
            self._deadlines.drop(standing)

    def _matches(
        self, trigger: Trigger, standing: Standing, happening: Happening, now: Moment
    ) -> Fields | None:
        fields = trigger.match(happening)
        if fields is None or trigger.where is None:
            return fields
        truth = trigger.where.truth(standing.scene(now, fields), now.mono)
        return fields if truth.value is True else None

    def _is_let_go(self, standing: Standing, happening: Happening, now: Moment) -> bool:
        unless = standing.rule.unless
        return unless is not None and self._matches(unless, standing, happening, now) is not None

    def _still_holds(self, standing: Standing, now: Moment) -> bool:
        holds = standing.rule.holds
        return holds is not None and holds.truth(standing.scene(now), now.mono).value is True

    def _meet_clock(self, standing: Standing, now: Moment) -> None:
        """A time of the clock has come: the trigger hears of it."""
        rule = standing.rule
        if rule.when is None:
            return
        standing.clock_checked = now.wall
        standing.clocked = next_time(rule.when, standing.seed, now.wall)
        fields = self._matches(rule.when, standing, CLOCK, now)
        if fields is not None:
            place = standing.place
            self.act_on(standing, standing.matched(now, fields, place.home), now, fields, place)

    def _see_to(self, standing: Standing, incident: Incident, now: Moment) -> None:
        """What time alone brings to an open incident: an end by the clock, and escalations."""
        until = standing.rule.until_trigger
        if until is not None and now.wall >= standing.ends_at:
            standing.ends_at = next_time(until, standing.seed, now.wall)
            if self._matches(until, standing, CLOCK, now) is not None and not self._still_holds(
                standing, now
            ):
                self.clear(standing, now)
                return
        if standing.rule.escalate:
            self._escalate(standing, incident, now)

    def _escalate(self, standing: Standing, incident: Incident, now: Moment) -> None:
        for number, step in enumerate(standing.rule.escalate):
            if number in incident.escalated or now - incident.opened < step.after - SHORTEST / 2:
                continue
            incident.escalated.add(number)
            unless = step.unless
            if unless is not None and unless.truth(standing.scene(now), now.mono).value is True:
                continue
            self._runner.start(standing, incident, step.do, now, RunKind.ESCALATION, which=number)

    def _open(self, standing: Standing, now: Moment, fields: Fields, chain: Chain) -> None:
        backoff = self._backoff(standing, now)
        incident = standing.open(next(self.incidents), now, fields)
        standing.runs.began(standing.rule, now.mono)
        begin_end_clock(standing, now)
        if standing.rule.mutes is not None and self._runner.gates.arm(standing.rule) is Arm.LIVE:
            self._runner.holding.muting[standing] = None
        self._tell(standing, "open")
        self._runner.start(standing, incident, standing.rule.do, now, backoff=backoff, chain=chain)
        if standing.incident is incident:
            self.look(standing, now)  # learns when it would clear though nothing happens

    def _makes_way(self, standing: Standing, now: Moment) -> bool:
        """`overlap: restart` ends what is going. What it must undo goes on beside the new run.

        False if the end of the old run has opened the incident already.
        """
        run = standing.run
        if run is not None and not run.is_end:
            if standing.clear(now) is not None:
                self._tally.ends(standing, Verdict.CLEARED, now)
                self._tell(standing, "cleared")
                self._unmute(standing, now)
            self._runner.drop([run], Verdict.OVERTAKEN, now, "`overlap: restart`")
        if standing.incident is not None:
            return False
        if standing.run is not None:
            standing.sides.append(standing.run)
            standing.run = None
        return True

    def _backoff(self, standing: Standing, now: Moment) -> float:
        waits = standing.rule.backoff
        before = standing.runs.lately(standing.rule, now.mono)
        return waits[min(before, len(waits) - 1)] if waits else 0.0

    def _trip(self, standing: Standing, now: Moment, fields: Fields) -> None:
        """Instead of opening: `then` runs once, and the rule is off for this key."""
        breaker = standing.rule.breaker
        assert breaker is not None
        standing.runs.trip(standing.rule, now.mono)
        self._tell(standing, "tripped")
        attempt = standing.runs.lately(standing.rule, now.mono) + 1
        told_of = Incident(next(self.incidents), now, 1, fields, attempt)
        self._runner.start(standing, told_of, breaker.then, now, RunKind.TRIPPED)
        self.look(standing, now)

    def _run_ended(self, run: Run, verdict: Verdict, now: Moment) -> None:
        standing = run.standing
        if run.kind is RunKind.DO:
            if verdict is Verdict.FAILED:
                self._tell(standing, "failed")
            if run.incident.cleared is not None:
                self._end(standing, run.incident, now)
            elif standing.incident is run.incident and standing.rule.clears_with_its_run:
                self.clear(standing, now)
        if standing.withdrawn and standing.is_idle:
            place, key = standing.place, (standing.rule.id, standing.key_of.more)
            if place.standings.get(key) is standing:  # it stayed for its run only
                del place.standings[key]
            return
        if standing.run is None:
            self._take_queued(standing, now)
        self.look(standing, now)

    def _take_queued(self, standing: Standing, now: Moment) -> None:
        """Those that waited for the run's end are asked anew, in order, until one opens."""
        if standing in self._taking:
            return  # one that ended at once: the outermost goes on
        self._taking.add(standing)
        try:
            while standing.queued and standing.run is None and standing.incident is None:
                fields = standing.queued.popleft()
                self.act_on(standing, standing.may_open(now, fields), now, fields, standing.place)
        finally:
            self._taking.discard(standing)

    def _end(self, standing: Standing, incident: Incident, now: Moment) -> None:
        """The incident is over and its run too: what a run must undo stands in `on_clear`, done once."""
        if incident.ended:
            return
        incident.ended = True
        if not standing.rule.clears_with_its_run:
            self._runner.endings.tell(standing, incident, Verdict.CLEARED, now)
        if standing.rule.on_clear and not standing.withdrawn:
            self._runner.start(standing, incident, standing.rule.on_clear, now, RunKind.CLEAR)

    def _unmute(self, standing: Standing, now: Moment) -> None:
        """What this incident held back may go on, once other rules have been judged."""
        muting = self._runner.holding.muting
        if standing in muting:
            del muting[standing]
            self.unmuted = True
            self._runner.line.room(now)

    def _aim(self, standing: Standing, now: Moment) -> None:
        """Sets the moment at which this standing is looked at again."""
        due, incident = standing.look_again, standing.incident
        if standing.clocked < inf:
            due = min(due, now.mono + (standing.clocked - now.wall))
        if now.mono < standing.hushed_until:
            due = min(due, standing.hushed_until)
        if incident is not None:
            due = min(due, self._aim_at_open(standing, incident, now))
        # A deadline at this very moment would be met again before time has passed.
        self._deadlines.set(standing, max(due, now.mono + SHORTEST))

    def _aim_at_open(self, standing: Standing, incident: Incident, now: Moment) -> float:
        """When time alone ends this incident, or escalates it."""
        due = now.mono + (standing.ends_at - now.wall)
        for number, step in enumerate(standing.rule.escalate):
            if number not in incident.escalated:
                due = min(due, incident.opened.mono + step.after)
        return due

    def _tell(self, standing: Standing, what: str) -> None:
        """Other rules may wait for this."""
        name = of_rule(standing.rule.id)
        if standing.rule.id in self.listened:
            fields = {"is": what, "rule": standing.rule.id, "key": standing.key}
            self.news.append((standing.place, Happening(name, fields)))
