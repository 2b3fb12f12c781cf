"""The engine: events with their moments in, decisions out. Sole owner of rule state.

Due deadlines are settled before a later event is judged, each at its own moment, so a replay and a
live run agree. An event changes the facts first, then rules are judged in file order, then runs go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count

from automaton.core import events as ev
from automaton.core.deadlines import Deadlines
from automaton.core.decision import Decision, Verdict
from automaton.core.events import NO_FIELDS, Event, FieldValue
from automaton.core.gates import Gates, Limits
from automaton.core.happening import Happening
from automaton.core.incident import Incident
from automaton.core.moment import Moment
from automaton.core.ports import Trigger
from automaton.core.rule import Rulebook
from automaton.core.run import Run
from automaton.core.runner import Runner
from automaton.core.scope import NO_SCOPE, Scope, Scopes
from automaton.core.server import Seen, Server
from automaton.core.standing import Standing
from automaton.core.tally import Tally

SHORTEST = 0.001
MATCHES = frozenset({"matches"})


class Watch:
    """One server with the rules that concern it. Standings are made when they are first needed."""

    __slots__ = ("scope", "server", "standings")

    def __init__(self, server: Server, scope: Scope) -> None:
        self.server = server
        self.scope = scope
        self.standings: dict[str, Standing] = {}


class Engine:
    """`handle` and `advance` are told the time; `next_deadline` says when to call without an event."""

    def __init__(self, book: Rulebook, limits: Limits, now: Moment) -> None:
        self.now = now
        self.tally = Tally()
        self.overflown = 0
        self._book = book
        self._deadlines: Deadlines[object] = Deadlines()
        self._gates = Gates(limits)
        self._runner = Runner(book, self._gates, self.tally, self._deadlines, now.mono + limits.settle)
        self._runner.ended = self._run_ended
        self._scopes = Scopes(book, self._runner.arm)
        self._watches: dict[str, Watch] = {}
        self._incidents = count(1)

    def handle(self, event: Event) -> list[Decision]:
        """Judges one event. Decisions in the order in which they were made."""
        self._settle(event.at)
        self._judge(event)
        return self.tally.take()

    def advance(self, now: Moment) -> list[Decision]:
        """Lets time pass without an event."""
        self._settle(now)
        return self.tally.take()

    def next_deadline(self) -> float | None:
        """The `mono` at which `advance` has something to do, None if never."""
        return self._deadlines.next()

    def adopt(self, book: Rulebook, limits: Limits, now: Moment) -> list[Decision]:
        """Judges by other rules from now on. State belongs to a rule's id and key (rule-language 4.9)."""
        self._settle(now)
        book = replace(book, index=book.index.including(self._runner.waits_for()))
        self._book = self._runner.book = book
        self._gates.limits = limits
        self._scopes = Scopes(book, self._runner.arm)
        for watch in self._watches.values():
            self._rescope(watch, now)
        return self.tally.take()

    def standings(self) -> Iterable[Standing]:
        """All (rule, server) that were judged so far, for people who look on."""
        for watch in self._watches.values():
            yield from watch.standings.values()

    def servers(self) -> Mapping[str, Server]:
        return {uuid: watch.server for uuid, watch in self._watches.items()}

    def _settle(self, now: Moment) -> None:
        for mono, owner in self._deadlines.due(now.mono):
            at = now + (mono - now.mono) if mono > self.now.mono else self.now
            self.now = at
            match owner:
                case Standing():
                    self._look(owner, at)
                case Run():
                    self._runner.due(owner, at)
                case Watch():
                    self._spread(owner, owner.server.advance(at.mono), at)
        if now.mono > self.now.mono:
            self.now = now

    def _judge(self, event: Event) -> None:
        now = self.now
        match event:
            case ev.CallEnded(number=number, outcome=outcome):
                self._runner.call_ended(number, outcome, now)
                return
            case ev.ServerListed(profile=profile) if profile.uuid not in self._watches:
                self._begin(profile, now)
                return
            case ev.Overflow(lines=lines):
                self.overflown += lines
            case _:
                pass
        watch = self._watches.get(event.server)
        if watch is None:
            return  # an event that was under way when its server was let go
        if isinstance(event, ev.ServerGone):
            self._gone(watch, now)
            return
        self._spread(watch, watch.server.take(event, self._book.index, now.mono), now)
        if isinstance(event, ev.ServerListed):
            self._rescope(watch, now)

    def _begin(self, profile: ev.Profile, now: Moment) -> None:
        server = Server(profile)
        watch = Watch(server, NO_SCOPE)
        self._watches[profile.uuid] = watch
        self._rescope(watch, now)

    def _gone(self, watch: Watch, now: Moment) -> None:
        self._withdraw(list(watch.standings.values()), Verdict.GONE, now)
        self._deadlines.drop(watch)
        self._gates.forget(watch.server.facts.profile.uuid)
        del self._watches[watch.server.facts.profile.uuid]

    def _rescope(self, watch: Watch, now: Moment) -> None:
        """The rules, or what is said of the server, changed: who concerns whom is found anew."""
        facts = watch.server.facts
        facts.pack = self._book.pack_of(facts.profile)
        facts.tags = self._book.tags_of(facts.profile, facts.pack)
        watch.scope = self._scopes.of(facts)
        lost = [standing for id_, standing in watch.standings.items() if id_ not in watch.scope.rules]
        self._withdraw([standing for standing in lost if not standing.withdrawn], Verdict.WITHDRAWN, now)
        for standing in lost:
            if standing.run is None:
                del watch.standings[standing.rule.id]
        for standing in watch.standings.values():
            if standing.rule.id not in watch.scope.rules:
                continue  # withdrawn, and its run goes to its end
            rule, turn = watch.scope.rules[standing.rule.id]
            if (rule.when, rule.holds, rule.count, rule.within) != (
                standing.rule.when, standing.rule.holds, standing.rule.count, standing.rule.within,
            ):  # fmt: skip
                standing.begin_anew(rule)
            standing.rule, standing.turn, standing.withdrawn = rule, turn, False
        for id_ in watch.scope.looking:
            self._standing(watch, id_)
        for standing in list(watch.standings.values()):
            self._judge_anew(standing, now)

    def _judge_anew(self, standing: Standing, now: Moment) -> None:
        """By the new rule. Without an `until` any more, only the end of its run could clear the incident."""
        is_left_open = standing.incident is not None and standing.run is None
        if is_left_open and standing.rule.clears_with_its_run:
            self._clear(standing, now)
        else:
            self._look(standing, now)

    def _withdraw(self, standings: Sequence[Standing], verdict: Verdict, now: Moment) -> None:
        """Closes what is open. A run that has powered goes to its end, unless its server is gone."""
        for standing in standings:
            standing.withdrawn = True
            if standing.clear(now) is not None:
                self.tally.ends(standing, verdict, now)
        runs = [standing.run for standing in standings if standing.run is not None]
        self._runner.drop([run for run in runs if verdict is Verdict.GONE or not run.powered], verdict, now)
        for standing in standings:
            self._deadlines.drop(standing)

    def _standing(self, watch: Watch, id_: str) -> Standing:
        standing = watch.standings.get(id_)
        if standing is None:
            rule, turn = watch.scope.rules[id_]
            standing = watch.standings[id_] = Standing(rule, turn, watch.server)
        return standing

    def _spread(self, watch: Watch, seen: Seen, now: Moment) -> None:
        """Judges the rules that an event concerns, in file order, and lets waiting runs go on."""
        self._deadlines.set(watch, watch.server.next_deadline())
        if not seen.changed and not seen.happened:
            return
        waiting = self._runner.going(watch.server.facts.profile.uuid)  # not those that begin now
        for id_ in watch.scope.concerned(seen.changed, seen.happened):
            standing = self._standing(watch, id_)
            for happening in seen.happened:
                self._hear(standing, happening, now)
            if seen.changed & watch.scope.reads[id_]:
                self._look(standing, now)
        self._runner.stir(waiting, seen.changed, seen.happened, now)

    def _hear(self, standing: Standing, happening: Happening, now: Moment) -> None:
        """`until` is judged before `when`: what ends an incident does not count for the next one."""
        rule = standing.rule
        if rule.until_trigger is not None and standing.incident is not None:
            fields = self._matches(rule.until_trigger, standing, happening, now)
            if fields is not None and not self._still_holds(standing, now):
                self._clear(standing, now)
                return
        if rule.when is None:
            return
        fields = self._matches(rule.when, standing, happening, now)
        if fields is None:
            return
        run = standing.run
        self._act_on(standing, standing.matched(now, fields), now, fields)
        if run is not None:
            self._runner.stir((run,), MATCHES, (), now)

    def _matches(
        self, trigger: Trigger, standing: Standing, happening: Happening, now: Moment
    ) -> Mapping[str, FieldValue] | None:
        fields = trigger.match(happening)
        if fields is None or trigger.where is None:
            return fields
        truth = trigger.where.truth(standing.scene(now, fields), now.mono)
        return fields if truth.value is True else None

    def _still_holds(self, standing: Standing, now: Moment) -> bool:
        holds = standing.rule.holds
        return holds is not None and holds.truth(standing.scene(now), now.mono).value is True

    def _look(self, standing: Standing, now: Moment) -> None:
        """Reads a rule's expressions anew: on changed facts, at a deadline, after a run."""
        if standing.withdrawn:
            return
        if standing.rule.holds is None and standing.incident is None:
            return  # a `when` rule without an incident waits for its trigger alone
        self._act_on(standing, standing.look(now), now, NO_FIELDS)

    def _act_on(
        self, standing: Standing, verdict: Verdict, now: Moment, fields: Mapping[str, FieldValue]
    ) -> None:
        if verdict is Verdict.CLEARED:
            self._clear(standing, now)
            return
        self.tally.thinks(standing, verdict, now)
        if verdict is Verdict.FIRED:
            self._open(standing, now, fields)
        else:
            # A deadline at this very moment would be met again before time has passed.
            self._deadlines.set(standing, max(standing.look_again, now.mono + SHORTEST))

    def _open(self, standing: Standing, now: Moment, fields: Mapping[str, FieldValue]) -> None:
        incident = standing.open(next(self._incidents), now, fields)
        self._runner.start(standing, incident, standing.rule.do, now)
        if standing.incident is incident:
            self._look(standing, now)  # learns when it would clear though nothing happens

    def _clear(self, standing: Standing, now: Moment) -> None:
        incident = standing.clear(now)
        if incident is None:
            return
        self.tally.ends(standing, Verdict.CLEARED, now)
        run = standing.run
        if run is None or run.is_end:
            self._end(standing, incident, now)
        else:
            self._runner.incident_cleared(run, now)  # `on_clear` comes after the run
        self._look(standing, now)

    def _run_ended(self, run: Run, now: Moment) -> None:
        standing = run.standing
        if not run.is_end:
            if run.incident.cleared is not None:
                self._end(standing, run.incident, now)
            elif standing.incident is run.incident and standing.rule.clears_with_its_run:
                self._clear(standing, now)
        self._look(standing, now)

    def _end(self, standing: Standing, incident: Incident, now: Moment) -> None:
        """The incident is over and its run too: what a run must undo stands in `on_clear`."""
        if standing.rule.on_clear and not standing.withdrawn:
            self._runner.start(standing, incident, standing.rule.on_clear, now, is_end=True)
