"""Who is woken by what happened or changed: which rules look, in which order, and whose runs go on.

Fleet, node, server, each in file order; then what happened to rules is told to the rules that listen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import inf

from automaton.core.decision import Verdict
from automaton.core.decision_log import DecisionLog
from automaton.core.gates.wait_queue import SHORTEST
from automaton.core.happening import NOTHING, Happening, Seen
from automaton.core.incidents.lifecycle import Lifecycle
from automaton.core.key import By
from automaton.core.moment import Moment
from automaton.core.polls import Polls
from automaton.core.rules.rule import Rule, Rulebook
from automaton.core.rules.scene import Scene
from automaton.core.runs.runner import Runner
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.schedule.timers import begin_clock
from automaton.core.targets.aggregate import Aggregate, Member
from automaton.core.targets.key_limit import KeyLimit
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.target import Target
from automaton.core.targets.targets import Targets

NOBODY = Rule(id="")
OF_A_RULE = "rule:"
MOST_ROUNDS = 10_000  # a thousand servers of a node and some rules that listen are a tenth of it


class Routing:
    """Makes standings when they are first needed. `keys` bounds those of rules with a list in `by`."""

    def __init__(
        self, targets: Targets, lifecycle: Lifecycle, runner: Runner, polls: Polls, log: DecisionLog,
        deadlines: Deadlines[object],
    ) -> None:  # fmt: skip
        self.keys = KeyLimit()
        self._targets = targets
        self._lifecycle = lifecycle
        self._runner = runner
        self._active = runner.active
        self._polls = polls
        self._log = log
        self._deadlines = deadlines
        self._firing: dict[str, set[str]] = {}
        polls.changed = lambda target, changed, now: self.spread(target, Seen(changed), now)

    def take(self, book: Rulebook) -> None:
        """Which rules others listen to, from now on."""
        self._firing = defaultdict(set)
        asked = [rule.applied for rule in book.rules]
        asked += self._active.still_asked(book).values()
        for applied in chain.from_iterable(asked):
            if applied.function == "firing":
                self._firing[applied.name].add(applied.text)
        heard = self._active.still_heard(book).union(*(rule.hears() for rule in book.rules))
        named = frozenset(event.removeprefix(OF_A_RULE) for event in heard if event.startswith(OF_A_RULE))
        self._lifecycle.listened = named | self._firing.keys()

    def spread(self, target: Target, seen: Seen, now: Moment) -> None:
        """Judges the rules that an event at a server concerns, and lets waiting runs go on."""
        if not seen.changed and not seen.happened:
            return
        if not target.feeding.isdisjoint(seen.changed):
            self.feed(target.fed_by(seen.changed), now)
        if seen.happened and self._targets.wide_hear:
            for wider in self._targets.above(target)[:-1]:
                if wider.scope.hears:
                    self.wake(wider, NOTHING, seen.happened, now, target)
        self.wake(target, seen.changed, seen.happened, now, target, seen.fallen)
        if target.poll is not None or target.poll_turn is not None:
            self._polls.look(target, now)

    def aim(self, target: Target) -> None:
        """Sets the moment at which an undecided fall of this server is decided."""
        due = target.server.next_deadline()
        if due != target.due:
            target.due = due
            self._deadlines.set(target, due)

    def wake(
        self, target: Target, changed: frozenset[str], happened: Sequence[Happening], now: Moment, at: Target,
        fallen: frozenset[str] = NOTHING,
    ) -> None:  # fmt: skip
        """Judges the rules of one place. `at` is where it happened, `fallen` as in Seen."""
        if not changed and not happened:
            return
        waiting = self._active.at(target.home)  # not those that begin now
        for concern in target.scope.concerned(changed, happened, fallen):
            rule = concern.rule
            if at is not target and not self._covers(target, rule.id, at):
                continue
            if concern.hears:
                for happening in happened:
                    for rule_state in self._hearing(target, rule, happening, now):
                        self._lifecycle.hear(rule_state, happening, now, at)
            if concern.reads:
                if target.stays_false(concern, now.mono):
                    self._log.stays_false(rule)
                else:
                    self._look_at(target, rule, now)
        if waiting:
            self._runner.stir(waiting, changed, happened, now)

    def _covers(self, target: Target, id_: str, at: Target) -> bool:
        aggregate = target.aggregates.get(id_)
        return aggregate is not None and (
            at.key.of in aggregate.covered or at.key.of not in self._targets.servers
        )

    def _look_at(self, target: Target, rule: Rule, now: Moment) -> None:
        if rule.by_values:
            for rule_state in [one for one in target.rule_states.values() if one.rule is rule]:
                self._lifecycle.look(rule_state, now)
        else:
            self._lifecycle.look(self.rule_state(target, rule.id, (), now), now)

    def _hearing(self, target: Target, rule: Rule, happening: Happening, now: Moment) -> list[RuleState]:
        """The keys that a happening concerns: with a list in `by`, those of its values."""
        if not rule.by_values:
            return [self.rule_state(target, rule.id, (), now)]
        concerned: dict[tuple[str, ...], None] = {}
        for trigger in (rule.until_trigger, rule.unless, rule.when):
            fields = trigger.match(happening) if trigger is not None else None
            if fields is None:
                continue
            scene = Scene(now=now, facts=target.server.facts, rule=rule, fields=fields, around=target)
            values = [one.evaluate(scene, now.mono).plain for one in rule.by_values]
            if all(value is not None for value in values):
                concerned[tuple(str(value) for value in values)] = None
            elif trigger is not rule.when:  # it names nobody: it concerns everybody
                concerned |= dict.fromkeys(more for id_, more in target.rule_states if id_ == rule.id)
        rule_states = [self.rule_state(target, rule.id, more, now) for more in concerned]
        for rule_state in rule_states:
            self.keys.note(rule_state)
        return rule_states

    def look_for_quiet(self, target: Target, now: Moment) -> None:
        """A link came or went: a wider rule's quiet time stands still while none of its servers is seen."""
        for id_, home in target.seats.items():
            for rule_state in list(home.rule_states.values()):
                is_open = rule_state.rule.id == id_ and rule_state.incident is not None
                if is_open and rule_state.rule.quiet is not None:
                    self._lifecycle.look(rule_state, now)

    def feed(self, members: Iterable[Member], now: Moment, *, tell: bool = True) -> None:
        """What functions over servers say of one server is read anew; then whoever counts it looks."""
        changed: dict[Aggregate, frozenset[str]] = {}
        for member in members:
            if member.is_gone:
                self._deadlines.drop(member)
                continue
            target, aggregation = member.target, member.aggregation
            assert aggregation.applied.of is not None
            scene = Scene(now=now, facts=target.server.facts, rule=NOBODY, around=target)
            value = aggregation.applied.of.evaluate(scene, now.mono)
            if value.until < inf or member.until < inf:
                member.until = value.until
                # What ends at this very moment is decided by another who is due now, but after this one.
                is_over = value.until <= now.mono
                self._deadlines.set(member, now.mono + SHORTEST if is_over else value.until)
            if aggregation.feed(member, value):
                changed[aggregation.aggregate] = changed.get(aggregation.aggregate, NOTHING) | {
                    aggregation.applied.text
                }
        if tell:
            self.aggregates_changed(changed, now)

    def aggregates_changed(self, changed: Mapping[Aggregate, frozenset[str]], now: Moment) -> None:
        """Counts changed: the rules that count look, the wider first, each width in file order."""
        for aggregate in sorted(changed, key=_turn_of):
            if aggregate is self._targets.power_aggregate:
                self.look_at_power(now)
            elif aggregate.rule in aggregate.target.scope.rules and aggregate.covered:
                self._aggregate_changed(aggregate, changed[aggregate], now)

    def _aggregate_changed(self, aggregate: Aggregate, changed: frozenset[str], now: Moment) -> None:
        """One rule looks, and its runs go on. Other rules count for themselves."""
        target, id_ = aggregate.target, aggregate.rule
        waiting = [run for run in self._active.at(target.home) if run.rule.id == id_]
        rule, _ = target.scope.rules[id_]
        if changed & target.scope.reads[id_] or (id_ in target.scope.looking and not target.has(id_)):
            self._look_at(target, rule, now)
        self._runner.stir(waiting, changed, (), now)

    def look_at_power(self, now: Moment) -> None:
        """`hold_power_if` is read anew; unknown holds as well."""
        expression, aggregate = self._runner.gates.limits.hold_power_if, self._targets.power_aggregate
        if expression is None or aggregate is None:
            held = False
        else:
            scene = Scene(now=now, facts=self._targets.fleet.server.facts, rule=NOBODY, around=aggregate)
            held = expression.truth(scene, now.mono).value is not False
        if self._runner.gates.power_held and not held:
            self._runner.line.room(now)
        self._runner.gates.power_held = held

    def tell_news(self, now: Moment) -> None:
        """What happened to rules is told to those that listen, until nothing more follows.

        Rings are refused when rules are loaded; what turns all the same is stopped.
        """
        rounds = 0
        while self._lifecycle.news:
            rounds += 1
            if rounds > MOST_ROUNDS:
                self._lifecycle.news.clear()
                break
            origin, happening = self._lifecycle.news.popleft()
            changed = frozenset(self._firing.get(str(happening.fields["rule"]), ()))
            happened = (happening,)
            if origin.key.of in self._targets.servers:
                self.spread(origin, Seen(changed, happened), now)
                continue
            if origin.key.by is By.SERVER:  # it is gone: only those that are wider hear of it
                for wider in self._targets.above(origin)[:-1]:
                    self.wake(wider, changed, happened, now, origin)
                continue
            for above in self._targets.above(origin):
                self.wake(above, changed, happened, now, origin)
            below = self._targets.below(origin)
            self.feed([member for target in below for member in target.fed_by(changed)], now)
            for target in below:
                self.wake(target, changed, happened, now, target)
        if self._lifecycle.unmuted:
            self._lifecycle.unmuted = False
            self._runner.held_notices.release(now)

    def concerns(self, target: Target, id_: str) -> bool:
        return id_ in target.scope.rules and self.stands(target, id_)

    def stands(self, target: Target, id_: str) -> bool:
        """A wide rule stands only where it looks at some server."""
        return target.key.of in self._targets.servers or id_ in target.aggregates

    def rule_state(self, target: Target, id_: str, more: tuple[str, ...], now: Moment) -> RuleState:
        rule_state = target.rule_states.get((id_, more))
        if rule_state is None:
            rule, turn = target.scope.rules[id_]
            rule_state = target.rule_states[id_, more] = RuleState(rule, turn, target, more)
            begin_clock(rule_state, now)
            oldest = self.keys.make_room(rule_state, now.mono)
            if oldest is not None:
                self._lifecycle.withdraw([oldest], Verdict.WITHDRAWN, now)
                self.forget(oldest)
        return rule_state

    def forget(self, rule_state: RuleState) -> None:
        target = rule_state.target
        target.rule_states.pop((rule_state.rule.id, rule_state.key_of.more), None)
        self._deadlines.drop(rule_state)
        self.keys.forget(rule_state)


WIDEST_FIRST = {By.FLEET: 0, By.NODE: 1, By.SERVER: 2}


def _turn_of(aggregate: Aggregate) -> tuple[int, str, int]:
    """The order of judging: by width, place and turn in the files. It must not hang on how sets are kept."""
    _, turn = aggregate.target.scope.rules.get(aggregate.rule, (None, -1))
    return WIDEST_FIRST[aggregate.target.key.by], aggregate.target.home, turn
