"""Who stands where: servers come, move and go, rules come and go, and what stood stays or is withdrawn."""

from __future__ import annotations

from math import inf

from automaton.core.clocking import begin_clock, begin_end_clock
from automaton.core.deadlines import Deadlines
from automaton.core.decision import Verdict
from automaton.core.events import Profile
from automaton.core.gates import Limits
from automaton.core.judge import Judge
from automaton.core.memory import Memory
from automaton.core.moment import Moment
from automaton.core.place import Place
from automaton.core.places import Moved, Places
from automaton.core.poll import Polls
from automaton.core.rule import Arm, Rule, Rulebook
from automaton.core.runner import Runner
from automaton.core.standing import Standing, judged_by
from automaton.core.waking import Waking


class Seating:
    """Keeps places, crowds and standings together as servers and rules change."""

    def __init__(
        self, places: Places, waking: Waking, judge: Judge, runner: Runner, polls: Polls, memory: Memory,
        deadlines: Deadlines[object],
    ) -> None:  # fmt: skip
        self._places = places
        self._waking = waking
        self._judge = judge
        self._runner = runner
        self._polls = polls
        self._memory = memory
        self._deadlines = deadlines

    def adopt(self, book: Rulebook, limits: Limits, now: Moment) -> None:
        """Other rules: all servers are seated first, then each place is judged anew, the wider first."""
        self._places.take(book, limits)
        for server in list(self._places.servers.values()):
            self._waking.feed(self._seated(server, now).members, now, tell=False)
        for place in list(self._places.all()):
            self.rescope(place, now)
        for place in self._places.servers.values():
            self._polls.look(place, now)
        for member in self._places.take_gone():
            self._deadlines.drop(member)
        self._waking.look_at_power(now)
        self._mute_anew(now)

    def _mute_anew(self, now: Moment) -> None:
        """Which open incidents mute others, and what waits, by the new rules and limits."""
        muting = self._runner.holding.muting
        muting.clear()
        for standing in self._places.standings():
            if standing.incident is not None and self._mutes(standing.rule):
                muting[standing] = None
        self._judge.unmuted = True
        self._runner.line.room(now)

    def _mutes(self, rule: Rule) -> bool:
        """In shadow a rule mutes nothing."""
        return rule.mutes is not None and self._runner.gates.arm(rule) is Arm.LIVE

    def begin(self, profile: Profile, now: Moment) -> None:
        """A server is ours to watch."""
        self._forget_absent(now)
        place = self._places.begin(profile)
        self._memory.recall_server(place, now)
        self._find_scope(place)
        self._recall(place, now)
        self.seat(place, now)
        self.rescope(place, now)
        self._polls.look(place, now)

    def _recall(self, place: Place, now: Moment) -> None:
        """What an earlier engine knew of the rules here."""
        for standing in self._memory.recall(place, self._runner, now):
            self._waking.keys.note(standing)
            checked = standing.clock_checked
            begin_clock(standing, now, checked if checked < inf else None)
            if standing.incident is not None and self._mutes(standing.rule):
                self._runner.holding.muting[standing] = None
            if self._runner.notices.remember(standing):
                self._judge.unmuted = True  # what held it may be over by now
        for rule, key in self._memory.take_left():
            self._judge.tell_left(rule, key, now)

    def begin_wide(self, place: Place, now: Moment) -> None:
        """A node, or the fleet: what an earlier engine knew of it is taken up."""
        self._recall(place, now)
        for id_, crowd in place.crowds.items():
            crowd.expect(place.expected.pop(id_, set()), place.expected_until)
        self._runner.resume(self._runner.going.at(place.home), now)

    def end(self, place: Place, now: Moment) -> None:
        """A server is no longer ours to watch."""
        standings = list(place.standings.values())
        self._judge.withdraw(standings, Verdict.GONE, now)
        self._deadlines.drop(place)
        self._polls.forget(place)
        self._memory.keep_absent(place, standings, now)
        self._forget_absent(now)
        self._runner.loops.forget(place.key.of)
        for standing in place.standings.values():
            self._waking.keys.forget(standing)
        self._moved(self._places.unseat(place), now)

    def _forget_absent(self, now: Moment) -> None:
        for server in self._memory.forget_absent(now):
            self._runner.gates.forget(server)

    def seat(self, place: Place, now: Moment) -> None:
        """Finds anew from where rules look at this server, and has those look that count another number."""
        self._moved(self._seated(place, now), now)

    def _seated(self, place: Place, now: Moment) -> Moved:
        self._find_scope(place)
        facts, nodes = place.server.facts, set(self._places.nodes)
        moved = self._places.seat(place, now.mono)
        for name in self._places.nodes.keys() - nodes:
            self.begin_wide(self._places.nodes[name], now)
        facts.count_players(self._runner.book.pack(facts.pack))
        self._polls.choose(place, self._runner.book)
        return moved

    def _find_scope(self, place: Place) -> None:
        """The rules of a server hang on its pack and tags, and these on what the Panel says of it."""
        facts = place.server.facts
        facts.pack = self._runner.book.pack_of(facts.profile)
        facts.tags = self._runner.book.tags_of(facts.profile, facts.pack)
        place.scope = self._places.scopes.of(facts)

    def _moved(self, moved: Moved, now: Moment) -> None:
        """Crowds have other servers: their counts are other ones, and a key without servers is gone."""
        for place, id_ in moved.left:
            left = [one for one in place.standings.values() if one.rule.id == id_]
            self._judge.withdraw(left, Verdict.GONE, now)
            for standing in left:
                self._waking.forget(standing)
        self._waking.feed(moved.members, now, tell=False)
        for member in self._places.take_gone():
            self._deadlines.drop(member)
        self._waking.crowds_changed({crowd: crowd.texts for crowd in moved.crowds}, now)
        if moved.crowds and self._runner.holding.muting:
            self._judge.unmuted = True  # who was muted by what looks at other servers now may be free
            self._runner.line.room(now)

    def rescope(self, place: Place, now: Moment) -> None:
        """The rules, or what is said of the server, changed: who concerns whom is found anew."""
        scope = place.scope
        lost = [one for one in place.standings.values() if not self._goes_on(place, one)]
        self._judge.withdraw([one for one in lost if not one.withdrawn], Verdict.WITHDRAWN, now)
        for standing in lost:
            if standing.is_idle:
                self._waking.forget(standing)
        for standing in list(place.standings.values()):
            if self._goes_on(place, standing):
                self._rejudge(standing, *scope.rules[standing.rule.id], now)
        for id_ in scope.looking:
            if self._waking.stands(place, id_):
                self._waking.standing(place, id_, (), now)
        for standing in list(place.standings.values()):
            self._judge_anew(standing, now)

    def _goes_on(self, place: Place, standing: Standing) -> bool:
        """Whether the rule still stands here, and under the same key."""
        if not self._waking.concerns(place, standing.rule.id):
            return False
        rule, _ = place.scope.rules[standing.rule.id]
        return rule.by_values == standing.rule.by_values

    def _rejudge(self, standing: Standing, rule: Rule, turn: int, now: Moment) -> None:
        before = standing.rule
        standing.turn, standing.withdrawn = turn, False
        if rule is before:
            return
        if judged_by(rule) != judged_by(before):
            standing.begin_anew()
        standing.judge_by(rule)
        if rule.when != before.when:  # also where the clock no longer sets it off
            begin_clock(standing, now)
        elif rule.until_trigger != before.until_trigger:
            begin_end_clock(standing, now)

    def _judge_anew(self, standing: Standing, now: Moment) -> None:
        """By the new rule. Without an `until` any more, only the end of its run could clear the incident."""
        is_left_open = standing.incident is not None and standing.run is None
        if is_left_open and standing.rule.clears_with_its_run:
            self._judge.clear(standing, now)
        else:
            self._judge.look(standing, now)
