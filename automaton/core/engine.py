"""The engine: events with their moments in, decisions out. Sole owner of rule state.

Due deadlines are settled before a later event is judged, each at its own moment, so a replay and a
live run agree. An event changes the facts first, then rules are judged: fleet, node, server, each in file
order; then runs go on; then what happened to rules is told to the rules that listen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Any

from automaton.core import events as ev
from automaton.core.crowd import Crowd, Member
from automaton.core.deadlines import Deadlines
from automaton.core.decision import Decision, Verdict
from automaton.core.events import Event
from automaton.core.gates import Gates, Limits
from automaton.core.happening import Happening, of_hook
from automaton.core.judge import Judge
from automaton.core.keys import Keys
from automaton.core.lasting import Lasting
from automaton.core.memory import Memory
from automaton.core.moment import Moment
from automaton.core.place import Place
from automaton.core.places import Moved, Places
from automaton.core.poll import Polls
from automaton.core.rule import Rule, Rulebook
from automaton.core.run import Run
from automaton.core.runner import Runner, Turn
from automaton.core.scene import Scene
from automaton.core.server import Seen, Server
from automaton.core.silence import Silence
from automaton.core.standing import Standing
from automaton.core.tally import Tally

CLOCK_JUMPED = 1.0
BARRED = frozenset({"no_permission", "panel_refused"})  # wings/causes.py
NOBODY = Rule(id="")
NOTHING: frozenset[str] = frozenset()
OFTEN = (ev.StatsReported, ev.LinePrinted)  # nearly all events: the others are looked at after them


class Engine:
    """`handle` and `advance` are told the time; `next_deadline` says when to call without an event.

    `memory` is what `dump` of an earlier engine gave: each server's part is taken up when it is listed.
    """

    def __init__(
        self, book: Rulebook, limits: Limits, now: Moment, memory: Mapping[str, Any] | None = None
    ) -> None:
        self.now = now
        self.tally = Tally()
        self.overflown = 0
        self._deadlines: Deadlines[object] = Deadlines()
        self._gates = Gates(limits)
        self._runner = Runner(book, self._gates, self.tally, self._deadlines, now.mono + limits.settle)
        self._judge = Judge(self._runner, self.tally, self._deadlines)
        self._keys = Keys()
        self._places = Places(book, limits, self._runner)
        self._polls = Polls(self._runner, self.tally, self._deadlines)
        self._polls.changed = lambda place, changed, at: self._spread(place, Seen(changed), at)
        self._memory = Memory(memory, now)
        self._take_book(book, limits)
        self._memory.open(self._gates, self._runner, self._judge)
        for silence in self._runner.holding.silences.going.values():
            self._deadlines.set(silence, silence.until)
        self._begin_wide(self._places.fleet, now)
        self._look_at_power()

    @property
    def limits(self) -> Limits:
        return self._gates.limits

    @property
    def settled_at(self) -> float:
        """The `mono` up to which `limits.settle` keeps all actions back."""
        return self._runner.settled_at

    @property
    def holding_power(self) -> bool:
        """Whether `limits.hold_power_if` holds every power action now."""
        return self._gates.power_held

    def handle(self, event: Event) -> list[Decision]:
        """Judges one event. Decisions in the order in which they were made."""
        self._settle(event.at)
        self._take(event)
        self._tell_news(self.now)
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
        self._take_book(book, limits)
        self._places.take(book, limits)
        for server in list(self._places.servers.values()):
            self._seat(server, now)
        for place in self._places.all():
            self._rescope(place, now)
        self._look_at_power()
        self._tell_news(now)
        return self.tally.take()

    def dump(self, now: Moment) -> dict[str, Any]:
        """All that must outlive this process, as plain JSON data with wall moments."""
        return self._memory.dump(now, self._places, self._gates, self._runner, self._judge)

    def standings(self) -> Iterable[Standing]:
        """All (rule, key) that were judged so far, for people who look on."""
        for place in self._places.all():
            yield from place.standings.values()

    def servers(self) -> Mapping[str, Server]:
        return {uuid: place.server for uuid, place in self._places.servers.items()}

    def places(self) -> Iterable[Place]:
        """The fleet, the nodes and the servers, for people who look on."""
        return self._places.all()

    @property
    def runner(self) -> Runner:
        """What holds actions back, for people who look on."""
        return self._runner

    def _take_book(self, book: Rulebook, limits: Limits) -> None:
        self._book = self._runner.book = book
        self._gates.limits = limits
        self._judge.listened = frozenset(name for rule in book.rules for name in _listened(rule))
        self._firing: dict[str, set[str]] = defaultdict(set)
        for rule in book.rules:
            for applied in rule.applied:
                if applied.function == "firing":
                    self._firing[applied.name].add(applied.text)
                    self._judge.listened |= {applied.name}

    # Time

    def _settle(self, now: Moment) -> None:
        if abs((now.wall - now.mono) - (self.now.wall - self.now.mono)) > CLOCK_JUMPED:
            self._clock_jumped(now)
        for mono, owner in self._deadlines.due(now.mono):
            at = now + (mono - now.mono) if mono > self.now.mono else self.now
            self.now = at
            self._due(owner, at)
            self._tell_news(at)
        if now.mono > self.now.mono:
            self.now = now

    def _due(self, owner: object, at: Moment) -> None:
        match owner:
            case Standing():
                self._judge.look(owner, at)
            case Run():
                self._runner.due(owner, at)
            case Place():
                self._spread(owner, owner.server.advance(at.mono), at)
            case Member():
                self._feed([owner], at)
            case Turn():
                self._runner.retry(at)
            case Silence():
                self._end_silences(at)
            case _:
                self._polls.due(owner, at)

    def _clock_jumped(self, now: Moment) -> None:
        """The wall clock was set: what it sets off is aimed at anew. What it skipped is met at once."""
        self.now = Moment(self.now.mono, now.wall - (now.mono - self.now.mono))
        for standing in self.standings():
            if standing.rule.is_clocked:
                self._deadlines.set(standing, self.now.mono)

    # Events

    def _take(self, event: Event) -> None:
        now = self.now
        if isinstance(event, OFTEN):
            place = self._places.servers.get(event.server)
            if place is not None:
                self._spread(place, place.server.take(event, self._book.index, now.mono), now)
            return
        match event:
            case ev.CallEnded(number=number, outcome=outcome):
                self._runner.call_ended(number, outcome, now)
                return
            case ev.ServerListed(profile=profile) if profile.uuid not in self._places.servers:
                self._begin(profile, now)
                return
            case ev.Overflow(lines=lines):
                self.overflown += lines
            case ev.HookCalled():
                self._hook(event, now)
                return
            case ev.Acknowledged() | ev.BreakerReset() | ev.SilenceBegan() | ev.SilenceEnded():
                self._person(event, now)
                return
            case _:
                pass
        place = self._places.servers.get(event.server)
        if place is None:
            return  # an event that was under way when its server was let go
        if isinstance(event, ev.ServerGone):
            self._gone(place, now)
            return
        if isinstance(event, ev.LinkUp | ev.LinkLost):
            self._link(place, event, now)
        self._spread(place, place.server.take(event, self._book.index, now.mono), now)
        if isinstance(event, ev.ServerListed):
            self._seat(place, now)
            self._rescope(place, now)
        if place.server.facts.state is not None:
            self._runner.resume(self._runner.going(place.home), now)

    def _link(self, place: Place, event: ev.LinkUp | ev.LinkLost, now: Moment) -> None:
        barred = isinstance(event, ev.LinkLost) and event.reason in BARRED
        if barred != place.barred:
            place.barred = barred
            self._seat(place, now)
        if isinstance(event, ev.LinkLost):  # nobody sees whether `unless` comes
            for above in self._places.above(place):
                for standing in list(above.standings.values()):
                    if standing.awaited is not None and standing.awaited.server == place.home:
                        self._judge.abandon(standing, now, "the link was lost meanwhile")

    def _hook(self, event: ev.HookCalled, now: Moment) -> None:
        happening = Happening(of_hook(event.name), event.fields)
        if event.server:
            place = self._places.servers.get(event.server)
            if place is not None:
                self._spread(place, Seen(happened=(happening,)), now)
        else:
            self._wake(self._places.fleet, frozenset(), (happening,), now, self._places.fleet)

    def _person(self, event: Event, now: Moment) -> None:
        """What somebody does to rules by hand."""
        silences = self._runner.holding.silences
        match event:
            case ev.SilenceBegan():
                silence = silences.begin(event, Lasting(now))
                self._deadlines.set(silence, silence.until)
            case ev.SilenceEnded(id=id_):
                if silences.going.pop(id_, None) is not None:
                    self._runner.release_notices(list(self.standings()), now)
            case ev.Acknowledged(rule=rule, key=key):
                for standing in self._of(rule, key):
                    self._judge.acknowledge(standing, now)
            case ev.BreakerReset(rule=rule, key=key):
                for standing in self._of(rule, key):
                    self._judge.reset(standing, now)

    def _of(self, rule: str, key: str) -> list[Standing]:
        return [one for one in self.standings() if one.rule.id == rule and key in ("", one.key)]

    def _end_silences(self, now: Moment) -> None:
        if self._runner.holding.silences.over(now.mono):
            self._runner.release_notices(list(self.standings()), now)

    # Places

    def _begin(self, profile: ev.Profile, now: Moment) -> None:
        place = self._places.begin(profile)
        self._memory.recall_server(place, now)
        facts = place.server.facts
        facts.pack = self._book.pack_of(facts.profile)
        facts.tags = self._book.tags_of(facts.profile, facts.pack)
        place.scope = self._places.scopes.of(facts)
        self._recall(place, now)
        self._seat(place, now)
        self._rescope(place, now)
        self._polls.look(place, now)

    def _recall(self, place: Place, now: Moment) -> None:
        """What an earlier engine knew of the rules here."""
        for standing in self._memory.recall(place, self._runner, now):
            self._keys.note(standing)
            checked = standing.clock_checked
            self._judge.begin_clock(standing, now, checked if checked < inf else None)
            if standing.incident is not None and standing.rule.mutes is not None:
                self._runner.holding.muting[standing] = None

    def _begin_wide(self, place: Place, now: Moment) -> None:
        self._recall(place, now)
        self._runner.resume(self._runner.going(place.home), now)

    def _gone(self, place: Place, now: Moment) -> None:
        self._judge.withdraw(list(place.standings.values()), Verdict.GONE, now)
        self._deadlines.drop(place)
        self._polls.forget(place)
        self._gates.forget(place.key.of)
        self._runner.loops.forget(place.key.of)
        for standing in place.standings.values():
            self._keys.forget(standing)
        self._moved(self._places.unseat(place), now)

    def _seat(self, place: Place, now: Moment) -> None:
        """Finds anew from where rules look at this server."""
        facts = place.server.facts
        facts.pack = self._book.pack_of(facts.profile)
        facts.tags = self._book.tags_of(facts.profile, facts.pack)
        place.scope = self._places.scopes.of(facts)
        nodes = set(self._places.nodes)
        moved = self._places.seat(place, now.mono)
        for name in self._places.nodes.keys() - nodes:
            self._begin_wide(self._places.nodes[name], now)
        facts.count_players(self._book.pack(facts.pack))
        self._polls.choose(place, self._book)
        self._moved(moved, now)

    def _moved(self, moved: Moved, now: Moment) -> None:
        """Crowds have other servers: their counts are other ones, and a key without servers is gone."""
        for place, id_ in moved.left:
            left = [one for one in place.standings.values() if one.rule.id == id_]
            self._judge.withdraw(left, Verdict.GONE, now)
            for standing in left:
                self._forget(standing)
        self._feed(moved.members, now, tell=False)
        for crowd, id_ in moved.crowds:
            self._crowd_changed(crowd, id_, crowd.texts, now)

    def _rescope(self, place: Place, now: Moment) -> None:
        """The rules, or what is said of the server, changed: who concerns whom is found anew."""
        scope = place.scope
        lost = [one for one in place.standings.values() if not self._concerns(place, one.rule.id)]
        self._judge.withdraw([one for one in lost if not one.withdrawn], Verdict.WITHDRAWN, now)
        for standing in list(place.standings.values()):
            if self._concerns(place, standing.rule.id):
                self._rejudge(standing, *scope.rules[standing.rule.id], now)
            elif standing.run is None and not standing.sides:
                self._forget(standing)
        for id_ in scope.looking:
            if self._stands(place, id_):
                self._standing(place, id_, (), now)
        for standing in list(place.standings.values()):
            self._judge_anew(standing, now)

    def _rejudge(self, standing: Standing, rule: Rule, turn: int, now: Moment) -> None:
        before = standing.rule
        standing.turn, standing.withdrawn = turn, False
        if rule is before:
            return
        if (rule.by, rule.by_values) != (before.by, before.by_values):
            self._judge.withdraw([standing], Verdict.WITHDRAWN, now)
            standing.withdrawn = False
        if _judged_by(rule) != _judged_by(before):
            standing.begin_anew(rule)
        standing.rule = rule
        if rule.is_clocked and rule.when != before.when:
            self._judge.begin_clock(standing, now)

    def _judge_anew(self, standing: Standing, now: Moment) -> None:
        """By the new rule. Without an `until` any more, only the end of its run could clear the incident."""
        is_left_open = standing.incident is not None and standing.run is None
        if is_left_open and standing.rule.clears_with_its_run:
            self._judge.clear(standing, now)
        else:
            self._judge.look(standing, now)

    def _concerns(self, place: Place, id_: str) -> bool:
        return id_ in place.scope.rules and self._stands(place, id_)

    def _stands(self, place: Place, id_: str) -> bool:
        """A wide rule stands only where it looks at some server."""
        return place.key.of in self._places.servers or id_ in place.crowds

    def _standing(self, place: Place, id_: str, more: tuple[str, ...], now: Moment) -> Standing:
        standing = place.standings.get((id_, more))
        if standing is None:
            rule, turn = place.scope.rules[id_]
            standing = place.standings[id_, more] = Standing(rule, turn, place, more)
            self._judge.begin_clock(standing, now)
            for idle in self._keys.make_room(standing):
                self._forget(idle)
        return standing

    def _forget(self, standing: Standing) -> None:
        place = standing.place
        place.standings.pop((standing.rule.id, standing.key_of.more), None)
        self._deadlines.drop(standing)
        self._keys.forget(standing)

    # Judging

    def _spread(self, place: Place, seen: Seen, now: Moment) -> None:
        """Judges the rules that an event at a server concerns, and lets waiting runs go on."""
        self._deadlines.set(place, place.server.next_deadline())
        if not seen.changed and not seen.happened:
            return
        if seen.changed:
            self._feed(place.fed_by(seen.changed), now)
        if seen.happened:
            for wider in self._places.above(place)[:-1]:
                self._wake(wider, NOTHING, seen.happened, now, place)
        self._wake(place, seen.changed, seen.happened, now, place)
        if place.poll is not None or place.poll_turn is not None:
            self._polls.look(place, now)

    def _wake(
        self, place: Place, changed: frozenset[str], happened: Sequence[Happening], now: Moment, at: Place
    ) -> None:
        """Judges the rules of one place. `at` is where it happened."""
        if not changed and not happened:
            return
        waiting = self._runner.going(place.home)  # not those that begin now
        for id_ in place.scope.concerned(changed, happened):
            rule, _ = place.scope.rules[id_]
            if at is not place and not self._covers(place, id_, at):
                continue
            for happening in happened:
                for standing in self._hearing(place, rule, happening, now):
                    self._judge.hear(standing, happening, now, at)
            if changed & place.scope.reads[id_]:
                self._look_at(place, rule, now)
        self._runner.stir(waiting, changed, happened, now)

    def _covers(self, place: Place, id_: str, at: Place) -> bool:
        crowd = place.crowds.get(id_)
        return crowd is not None and (at.key.of in crowd.covered or at.key.of not in self._places.servers)

    def _look_at(self, place: Place, rule: Rule, now: Moment) -> None:
        if rule.by_values:
            for standing in [one for one in place.standings.values() if one.rule is rule]:
                self._judge.look(standing, now)
        else:
            self._judge.look(self._standing(place, rule.id, (), now), now)

    def _hearing(self, place: Place, rule: Rule, happening: Happening, now: Moment) -> list[Standing]:
        """The keys that a happening concerns: with a list in `by`, those of its values."""
        if not rule.by_values:
            return [self._standing(place, rule.id, (), now)]
        concerned: dict[tuple[str, ...], None] = {}
        for trigger in (rule.until_trigger, rule.unless, rule.when):
            fields = trigger.match(happening) if trigger is not None else None
            if fields is None:
                continue
            scene = Scene(now=now, facts=place.server.facts, rule=rule, fields=fields, around=place)
            values = [one.evaluate(scene, now.mono).plain for one in rule.by_values]
            if all(value is not None for value in values):
                concerned[tuple(str(value) for value in values)] = None
            elif trigger is not rule.when:  # it names nobody: it concerns everybody
                concerned |= dict.fromkeys(more for id_, more in place.standings if id_ == rule.id)
        standings = [self._standing(place, rule.id, more, now) for more in concerned]
        for standing in standings:
            self._keys.note(standing)
        return standings

    def _feed(self, members: Iterable[Member], now: Moment, *, tell: bool = True) -> None:
        """What functions over servers say of one server is read anew."""
        for member in members:
            place, of = member.place, member.tallied.applied.of
            assert of is not None
            scene = Scene(now=now, facts=place.server.facts, rule=NOBODY, around=place)
            value = of.evaluate(scene, now.mono)
            if value.until != member.until:
                member.until = value.until
                self._deadlines.set(member, value.until)
            elif value.until < inf:
                self._deadlines.set(member, value.until)
            if member.tallied.feed(member, value) and tell:
                crowd = member.tallied.crowd
                id_ = next((id_ for id_, one in crowd.place.crowds.items() if one is crowd), "")
                self._crowd_changed(crowd, id_, frozenset({member.tallied.applied.text}), now)

    def _crowd_changed(self, crowd: Crowd, id_: str, changed: frozenset[str], now: Moment) -> None:
        """A count of one rule changed: that rule looks, and its runs go on. Others count for themselves."""
        if crowd is self._places.power_crowd:
            self._look_at_power()
            return
        place = crowd.place
        if id_ not in place.scope.rules or not crowd.covered:
            return
        waiting = [run for run in self._runner.going(place.home) if run.rule.id == id_]
        rule, _ = place.scope.rules[id_]
        if changed & place.scope.reads[id_] or (id_ in place.scope.looking and not place.has(id_)):
            self._look_at(place, rule, now)
        self._runner.stir(waiting, changed, (), now)

    def _look_at_power(self) -> None:
        """`hold_power_if` is read anew; unknown holds as well."""
        expression, crowd = self._gates.limits.hold_power_if, self._places.power_crowd
        if expression is None or crowd is None:
            held = False
        else:
            scene = Scene(now=self.now, facts=self._places.fleet.server.facts, rule=NOBODY, around=crowd)
            held = expression.truth(scene, self.now.mono).value is not False
        if self._gates.power_held and not held:
            self._deadlines.set(self._runner.turn, self.now.mono)
        self._gates.power_held = held

    def _tell_news(self, now: Moment) -> None:
        """What happened to rules is told to those that listen, until nothing more follows."""
        while self._judge.news:
            origin, happening = self._judge.news.popleft()
            changed = frozenset(self._firing.get(str(happening.fields["rule"]), ()))
            happened = (happening,)
            if origin.key.of in self._places.servers:
                self._spread(origin, Seen(changed, happened), now)
                continue
            for above in self._places.above(origin):
                self._wake(above, changed, happened, now, origin)
            for place in self._places.below(origin, str(happening.fields["rule"])):
                self._feed(place.fed_by(changed), now)
                self._wake(place, changed, happened, now, place)
        if self._judge.unmuted:
            self._judge.unmuted = False
            self._runner.release_notices(list(self.standings()), now)


def _listened(rule: Rule) -> Iterable[str]:
    """The rules to which a rule's triggers and steps listen."""
    for event in rule.hears():
        if event.startswith("rule:"):
            yield event.removeprefix("rule:")


def _judged_by(rule: Rule) -> tuple[object, ...]:
    """What a window, a hold and a wait belong to: with another one they begin anew."""
    return (rule.when, rule.holds, rule.count, rule.within, rule.distinct, rule.unless)
