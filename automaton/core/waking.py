"""Who is woken by what happened or changed: which rules look, in which order, and whose runs go on.

Fleet, node, server, each in file order; then what happened to rules is told to the rules that listen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import inf

from automaton.core.clocking import begin_clock
from automaton.core.crowd import Crowd, Member
from automaton.core.deadlines import Deadlines
from automaton.core.decision import Verdict
from automaton.core.happening import NOTHING, Happening, Seen
from automaton.core.judge import Judge
from automaton.core.key import By
from automaton.core.keys import Keys
from automaton.core.line import SHORTEST
from automaton.core.moment import Moment
from automaton.core.place import Place
from automaton.core.places import Places
from automaton.core.poll import Polls
from automaton.core.rule import Rule, Rulebook
from automaton.core.runner import Runner
from automaton.core.scene import Scene
from automaton.core.standing import Standing
from automaton.core.tally import Tally

NOBODY = Rule(id="")
OF_A_RULE = "rule:"
MOST_ROUNDS = 10_000  # a thousand servers of a node and some rules that listen are a tenth of it


class Waking:
    """Makes standings when they are first needed. `keys` bounds those of rules with a list in `by`."""

    def __init__(
        self, places: Places, judge: Judge, runner: Runner, polls: Polls, tally: Tally,
        deadlines: Deadlines[object],
    ) -> None:  # fmt: skip
        self.keys = Keys()
        self._places = places
        self._judge = judge
        self._runner = runner
        self._going = runner.going
        self._polls = polls
        self._tally = tally
        self._deadlines = deadlines
        self._firing: dict[str, set[str]] = {}
        polls.changed = lambda place, changed, now: self.spread(place, Seen(changed), now)

    def take(self, book: Rulebook) -> None:
        """Which rules others listen to, from now on."""
        self._firing = defaultdict(set)
        asked = [rule.applied for rule in book.rules]
        asked += self._going.still_asked(book).values()
        for applied in chain.from_iterable(asked):
            if applied.function == "firing":
                self._firing[applied.name].add(applied.text)
        heard = self._going.still_heard(book).union(*(rule.hears() for rule in book.rules))
        named = frozenset(event.removeprefix(OF_A_RULE) for event in heard if event.startswith(OF_A_RULE))
        self._judge.listened = named | self._firing.keys()

    def spread(self, place: Place, seen: Seen, now: Moment) -> None:
        """Judges the rules that an event at a server concerns, and lets waiting runs go on."""
        if not seen.changed and not seen.happened:
            return
        if not place.feeding.isdisjoint(seen.changed):
            self.feed(place.fed_by(seen.changed), now)
        if seen.happened and self._places.wide_hear:
            for wider in self._places.above(place)[:-1]:
                if wider.scope.hears:
                    self.wake(wider, NOTHING, seen.happened, now, place)
        self.wake(place, seen.changed, seen.happened, now, place, seen.fallen)
        if place.poll is not None or place.poll_turn is not None:
            self._polls.look(place, now)

    def aim(self, place: Place) -> None:
        """Sets the moment at which an undecided fall of this server is decided."""
        due = place.server.next_deadline()
        if due != place.due:
            place.due = due
            self._deadlines.set(place, due)

    def wake(
        self, place: Place, changed: frozenset[str], happened: Sequence[Happening], now: Moment, at: Place,
        fallen: frozenset[str] = NOTHING,
    ) -> None:  # fmt: skip
        """Judges the rules of one place. `at` is where it happened, `fallen` as in Seen."""
        if not changed and not happened:
            return
        waiting = self._going.at(place.home)  # not those that begin now
        for concern in place.scope.concerned(changed, happened, fallen):
            rule = concern.rule
            if at is not place and not self._covers(place, rule.id, at):
                continue
            if concern.hears:
                for happening in happened:
                    for standing in self._hearing(place, rule, happening, now):
                        self._judge.hear(standing, happening, now, at)
            if concern.reads:
                if place.stays_false(concern, now.mono):
                    self._tally.stays_false(rule)
                else:
                    self._look_at(place, rule, now)
        if waiting:
            self._runner.stir(waiting, changed, happened, now)

    def _covers(self, place: Place, id_: str, at: Place) -> bool:
        crowd = place.crowds.get(id_)
        return crowd is not None and (at.key.of in crowd.covered or at.key.of not in self._places.servers)

    def _look_at(self, place: Place, rule: Rule, now: Moment) -> None:
        if rule.by_values:
            for standing in [one for one in place.standings.values() if one.rule is rule]:
                self._judge.look(standing, now)
        else:
            self._judge.look(self.standing(place, rule.id, (), now), now)

    def _hearing(self, place: Place, rule: Rule, happening: Happening, now: Moment) -> list[Standing]:
        """The keys that a happening concerns: with a list in `by`, those of its values."""
        if not rule.by_values:
            return [self.standing(place, rule.id, (), now)]
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
        standings = [self.standing(place, rule.id, more, now) for more in concerned]
        for standing in standings:
            self.keys.note(standing)
        return standings

    def look_for_quiet(self, place: Place, now: Moment) -> None:
        """A link came or went: a wider rule's quiet time stands still while none of its servers is seen."""
        for id_, home in place.seats.items():
            for standing in list(home.standings.values()):
                is_open = standing.rule.id == id_ and standing.incident is not None
                if is_open and standing.rule.quiet is not None:
                    self._judge.look(standing, now)

    def feed(self, members: Iterable[Member], now: Moment, *, tell: bool = True) -> None:
        """What functions over servers say of one server is read anew; then whoever counts it looks."""
        changed: dict[Crowd, frozenset[str]] = {}
        for member in members:
            if member.is_gone:
                self._deadlines.drop(member)
                continue
            place, tallied = member.place, member.tallied
            assert tallied.applied.of is not None
            scene = Scene(now=now, facts=place.server.facts, rule=NOBODY, around=place)
            value = tallied.applied.of.evaluate(scene, now.mono)
            if value.until < inf or member.until < inf:
                member.until = value.until
                # What ends at this very moment is decided by another who is due now, but after this one.
                is_over = value.until <= now.mono
                self._deadlines.set(member, now.mono + SHORTEST if is_over else value.until)
            if tallied.feed(member, value):
                changed[tallied.crowd] = changed.get(tallied.crowd, NOTHING) | {tallied.applied.text}
        if tell:
            self.crowds_changed(changed, now)

    def crowds_changed(self, changed: Mapping[Crowd, frozenset[str]], now: Moment) -> None:
        """Counts changed: the rules that count look, the wider first, each width in file order."""
        for crowd in sorted(changed, key=_turn_of):
            if crowd is self._places.power_crowd:
                self.look_at_power(now)
            elif crowd.rule in crowd.place.scope.rules and crowd.covered:
                self._crowd_changed(crowd, changed[crowd], now)

    def _crowd_changed(self, crowd: Crowd, changed: frozenset[str], now: Moment) -> None:
        """One rule looks, and its runs go on. Other rules count for themselves."""
        place, id_ = crowd.place, crowd.rule
        waiting = [run for run in self._going.at(place.home) if run.rule.id == id_]
        rule, _ = place.scope.rules[id_]
        if changed & place.scope.reads[id_] or (id_ in place.scope.looking and not place.has(id_)):
            self._look_at(place, rule, now)
        self._runner.stir(waiting, changed, (), now)

    def look_at_power(self, now: Moment) -> None:
        """`hold_power_if` is read anew; unknown holds as well."""
        expression, crowd = self._runner.gates.limits.hold_power_if, self._places.power_crowd
        if expression is None or crowd is None:
            held = False
        else:
            scene = Scene(now=now, facts=self._places.fleet.server.facts, rule=NOBODY, around=crowd)
            held = expression.truth(scene, now.mono).value is not False
        if self._runner.gates.power_held and not held:
            self._runner.line.room(now)
        self._runner.gates.power_held = held

    def tell_news(self, now: Moment) -> None:
        """What happened to rules is told to those that listen, until nothing more follows.

        Rings are refused when rules are loaded; what turns all the same is stopped.
        """
        rounds = 0
        while self._judge.news:
            rounds += 1
            if rounds > MOST_ROUNDS:
                self._judge.news.clear()
                break
            origin, happening = self._judge.news.popleft()
            changed = frozenset(self._firing.get(str(happening.fields["rule"]), ()))
            happened = (happening,)
            if origin.key.of in self._places.servers:
                self.spread(origin, Seen(changed, happened), now)
                continue
            if origin.key.by is By.SERVER:  # it is gone: only those that are wider hear of it
                for wider in self._places.above(origin)[:-1]:
                    self.wake(wider, changed, happened, now, origin)
                continue
            for above in self._places.above(origin):
                self.wake(above, changed, happened, now, origin)
            below = self._places.below(origin)
            self.feed([member for place in below for member in place.fed_by(changed)], now)
            for place in below:
                self.wake(place, changed, happened, now, place)
        if self._judge.unmuted:
            self._judge.unmuted = False
            self._runner.notices.release(now)

    def concerns(self, place: Place, id_: str) -> bool:
        return id_ in place.scope.rules and self.stands(place, id_)

    def stands(self, place: Place, id_: str) -> bool:
        """A wide rule stands only where it looks at some server."""
        return place.key.of in self._places.servers or id_ in place.crowds

    def standing(self, place: Place, id_: str, more: tuple[str, ...], now: Moment) -> Standing:
        standing = place.standings.get((id_, more))
        if standing is None:
            rule, turn = place.scope.rules[id_]
            standing = place.standings[id_, more] = Standing(rule, turn, place, more)
            begin_clock(standing, now)
            oldest = self.keys.make_room(standing, now.mono)
            if oldest is not None:
                self._judge.withdraw([oldest], Verdict.WITHDRAWN, now)
                self.forget(oldest)
        return standing

    def forget(self, standing: Standing) -> None:
        place = standing.place
        place.standings.pop((standing.rule.id, standing.key_of.more), None)
        self._deadlines.drop(standing)
        self.keys.forget(standing)


WIDEST_FIRST = {By.FLEET: 0, By.NODE: 1, By.SERVER: 2}


def _turn_of(crowd: Crowd) -> tuple[int, str, int]:
    """The order of judging: by width, place and turn in the files. It must not hang on how sets are kept."""
    _, turn = crowd.place.scope.rules.get(crowd.rule, (None, -1))
    return WIDEST_FIRST[crowd.place.key.by], crowd.place.home, turn
